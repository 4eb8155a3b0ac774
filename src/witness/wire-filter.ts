/**
 * A packet over lo passes a packet socket twice: as it leaves (PACKET_OUTGOING), and as it comes in again.
 * This filter lets the first through, and everything of other devices. It runs before a slot is taken.
 */
import { ARPHRD_LOOPBACK } from "../abi/constants/if.ts";
import { PACKET_OUTGOING } from "../abi/constants/packet.ts";
import { sock_filter, sock_fprog } from "../abi/structs/filter.ts";

/** What a classic BPF program can ask of a packet besides its bytes. <linux/filter.h>. */
const SKF_AD = { PKTTYPE: 0xffff_f000 + 4, HATYPE: 0xffff_f000 + 28 } as const;
/** Load a half-word; jump if equal; return. <linux/bpf_common.h>. */
const [LDH, JEQ, RET] = [0x28, 0x15, 0x06];
const [WHOLE, NOTHING] = [0xffff_ffff, 0];

/** For SO_ATTACH_FILTER. `jt` and `jf` count the instructions that are jumped over. */
export const onePassing = (): ReturnType<typeof sock_fprog> => {
  const filter = sock_filter.array([
    { code: LDH, k: SKF_AD.HATYPE },
    { code: JEQ, k: ARPHRD_LOOPBACK, jt: 0, jf: 2 },
    { code: LDH, k: SKF_AD.PKTTYPE },
    { code: JEQ, k: PACKET_OUTGOING, jt: 0, jf: 1 },
    { code: RET, k: WHOLE },
    { code: RET, k: NOTHING },
  ]);
  return sock_fprog({ len: filter.value.length, filter });
};
