/**
 * Runs the scenes, each in a network namespace of its own, on a veth pair whose other end is the peer's, and prints what went
 * wrong: null, or why. `peer-driver.js tun` has the peer behind a TUN device instead.
 */
import { raiseLoopback } from "../../src/lab/chamber/loopback.ts";
import type { Peer } from "../../src/lab/peer.ts";
import { BuiltNet } from "../../src/net/built-net.ts";
import { type FramePort, packetPort, tunPort } from "../../src/net/frame-port.ts";
import { MadePeer } from "../../src/net/made-peer.ts";
import { PeerLink } from "../../src/net/peer-link.ts";
import { sysctl } from "../../src/net/sysctl.ts";
import { callsOf } from "../../src/sys/calls.ts";
import { ROWS } from "./peer-rows.ts";
import { SCENES, type Scene } from "./peer-scenes.ts";

const ADDRESS = "192.0.2.1";
let id = 0;
const calls = callsOf({ nextId: () => ++id, enter() {}, exit() {}, now: () => 0 });
const net = new BuiltNet(calls);

/** The port of a peer, in the namespace where the thread is, and the link-layer address of the kernel's end. */
type Way = () => { readonly port: FramePort; readonly mac: string | null };
const veth: Way = () => {
  const far = net.namespace();
  net.veth("kernel", ["peer", far]);
  net.address("kernel", `${ADDRESS}/24`);
  net.offload("kernel", "tx-checksum", false);
  return { port: net.within(far, () => packetPort(calls, "peer", "02:00:00:00:00:02")), mac: net.mac("kernel") };
};
const tun: Way = () => ({ port: tunPort(calls, "tun0", ADDRESS), mac: null });

function play(scene: Scene, way: Way): string | null {
  return net.within(net.namespace(), () => {
    raiseLoopback(calls);
    const { port, mac } = way();
    const peer: Peer = new MadePeer(new PeerLink(port, { mac, address: ADDRESS }));
    try {
      scene(calls, peer, sysctl);
      return null;
    } catch (error) {
      return (error as Error).stack ?? String(error);
    } finally {
      port.close();
    }
  });
}

const way = process.argv[2] === "tun" ? tun : veth;
console.log(JSON.stringify(Object.fromEntries(
  Object.entries({ ...SCENES, ...ROWS }).map(([name, scene]) => [name, play(scene, way)]),
)));
