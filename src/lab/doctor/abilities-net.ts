/** Abilities to surround a run: what is changed in its namespace, and what is built there. */
import { tooFewDescriptors } from "../ability.ts";
import { withoutHelp } from "../helped-by.ts";
import { namespaceRemedy } from "./abilities-run.ts";
import { able, type Examined, errnoIn, isRefusal, type Rule, unable, untried } from "./ability.ts";
import { type Findings, limitOf, textOf } from "./findings.ts";
import type { Place } from "./place.ts";
import { granting, loading, moreDescriptors, started } from "./remedies.ts";

/** Of what changes the namespace of the run: without one of its own it is not even tried. */
const inNamespace = (
  found: Findings, place: Place, refusal: string | null | undefined,
  says: { readonly yes: string; readonly no: (why: string) => Examined },
): Examined => {
  if (found.chamber.mode === "none") {
    return unable("it takes a network namespace of its own", namespaceRemedy(found, place));
  }
  if (refusal === undefined) return unable(untried(found), null);
  const few = tooFewDescriptors(limitOf(found, "Max open files"));
  if (few !== null && refusal !== null) return unable(withoutHelp(few), moreDescriptors(place));
  return refusal === null ? able(says.yes) : says.no(refusal);
};

function sysctls(found: Findings, place: Place): Examined {
  const { lacks: { sysctls: missing } } = found;
  const but = missing.length === 0 ? "" : `; this kernel has no ${missing.join(", ")}`;
  return inNamespace(found, place, found.trials.sysctls, {
    yes: `those of the run's own namespace may be set${but}`,
    no: (why) => unable(why, sysctlRemedy(found, place, why)),
  });
}

function sysctlRemedy(found: Findings, place: Place, why: string): string | null {
  const { engine } = place;
  if (engine === "docker" || engine === "podman") {
    const paths = engine === "docker" ? "systempaths=unconfined" : "unmask=ALL";
    const label = textOf(found, "/proc/self/attr/current") ?? "unconfined";
    const profile = label.startsWith("unconfined") ? [] : ["--security-opt apparmor=unconfined"];
    const needed = found.chamber.mode === "user" ? [] : ["SYS_ADMIN", "NET_ADMIN"] as const;
    return started(engine, needed, [`--security-opt ${paths}`, ...profile]);
  }
  if (engine !== null) return started(engine, [], ["privileged"]);
  return errnoIn(why) === "EROFS"
    ? "sudo mount -o remount,bind,rw /proc/sys" : granting(place, ["NET_ADMIN"]);
}

const veth = (found: Findings, place: Place): Examined => inNamespace(found, place, found.trials.veth, {
  yes: "a pair was made, into a second namespace",
  no(why) {
    if (/^sysctl /.test(why)) return unable(why, sysctlRemedy(found, place, why));
    return unable(why, errnoIn(why) === "EOPNOTSUPP"
      ? loading(place, "veth", "CONFIG_VETH") : granting(place, ["SYS_ADMIN", "NET_ADMIN"]));
  },
});

const peer = (found: Findings, place: Place): Examined => inNamespace(found, place, found.trials.peer, {
  yes: "a packet socket on a link carries its frames",
  no: (why) => unable(why, packetRemedy(place, why)),
});

/** Where there may be no packet socket. */
export const packetRemedy = (place: Place, why: string): string | null =>
  (["EAFNOSUPPORT", "ENOPROTOOPT"].includes(errnoIn(why) ?? "")
    ? loading(place, "af_packet", "CONFIG_PACKET") : granting(place, ["NET_RAW"]));

function tun(found: Findings, place: Place): Examined {
  return inNamespace(found, place, found.trials.tun, {
    yes: "/dev/net/tun makes devices here",
    no(why) {
      const { engine } = place;
      if (engine === "docker" || engine === "podman") {
        return unable(why, started(engine, ["NET_ADMIN"], ["--device=/dev/net/tun"]));
      }
      const granted = granting(place, ["NET_ADMIN"]);
      return unable(why, isRefusal(why) ? granted : loading(place, "tun", "CONFIG_TUN"));
    },
  });
}

/** None is tried where a run has no namespace of its own: it would be the machine's. */
export const NET_RULES: readonly Rule[] = [
  {
    word: "sysctls", name: "sysctls", takes: () => ["sysctls"], examine: sysctls,
    gives: "settings that claims depend on, pinned in the run's namespace before it begins",
    tried: "one of the run's own namespace is set to what it is",
    needs: "CAP_NET_ADMIN over the namespace, and a /proc/sys that is not mounted read-only",
  },
  {
    word: "veth", name: "veth", examine: veth,
    takes: ({ trials: it }) => (it.tun === null ? ["veth"] : ["veth", "peer"]),
    gives: "links between namespaces: the hand-made peer's, and wires that lose frames by rule",
    tried: "a pair is made between the run's namespace and a second one, and carries",
    needs: "CAP_SYS_ADMIN and CAP_NET_ADMIN, which a namespace of its own gives, and CONFIG_VETH",
  },
  {
    word: "peer", name: "hand-made peer", takes: () => ["peer", "packet"], examine: peer,
    gives: "the other end of a connection, made by hand: each segment goes through a packet socket",
    tried: "a packet socket is bound to lo of the run's namespace",
    needs: "CAP_NET_RAW, which a namespace of its own gives where nobody took it away, and CONFIG_PACKET",
  },
  {
    word: "tun", name: "TUN", takes: () => ["tun"], examine: tun,
    gives: "the hand-made peer's link where there is no veth",
    tried: "/dev/net/tun is opened, and a device made that is gone again when it is closed",
    needs: "CAP_NET_ADMIN, leave to open /dev/net/tun, and CONFIG_TUN",
  },
];
