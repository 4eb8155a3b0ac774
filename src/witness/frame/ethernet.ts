/** Ethernet and its VLAN tags: RFC 894, IEEE 802.1Q. */
import { ETH_P, ETH_P_8021AD, ETH_P_8021Q } from "../../abi/constants/ether.ts";
import { ethhdr, vlan_hdr } from "../../abi/headers/ethernet.ts";
import { after, header, type Layer, layer, namesOf, type Part } from "./layer.ts";
import { network } from "./network.ts";
import type { Way } from "./way.ts";

const protoName = namesOf(ETH_P);

/** The layers of a frame that begins with an Ethernet header, as those of lo do, too. */
export function ethernet(part: Part, way: Way): readonly Layer[] {
  const { h_source: source, h_dest: dest, h_proto } = header(ethhdr, part);
  const out = [layer("ethernet", part, ethhdr.size, { source, dest, proto: protoName(h_proto) })];
  let [proto, rest] = [h_proto, after(part, ethhdr.size)];
  while (proto === ETH_P_8021Q || proto === ETH_P_8021AD) {
    const { h_vlan_TCI: tci, h_vlan_encapsulated_proto: next } = header(vlan_hdr, rest);
    out.push(layer("vlan", rest, vlan_hdr.size, { ...tag(tci), encapsulated_proto: protoName(next) }));
    [proto, rest] = [next, after(rest, vlan_hdr.size)];
  }
  return proto === undefined ? out : [...out, ...network(proto, rest, way)];
}

/** `vid`, which VLAN; `pcp`, how urgent; `dei`, whether it may be dropped before others. */
const tag = (tci: number | undefined): Readonly<Record<string, number | boolean>> =>
  (tci === undefined ? {} : { vid: tci & 0xfff, pcp: tci >> 13, dei: (tci & 0x1000) !== 0 });
