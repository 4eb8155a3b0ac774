/** Of which kind a frame is that goes over a wire. */
import { TH_ACK, TH_FIN, TH_RST, TH_SYN } from "../abi/constants/tcp.ts";
import { readFrame } from "./tcp-frame.ts";
import type { FrameKind } from "./wire-rule.ts";

/** Of the kinds of rules the one that it is, besides `any`; `any`: none of them. Only IPv4 is read. */
export function kindOf(frame: Uint8Array): FrameKind {
  const it = readFrame(frame, true);
  if (it === null) return "any";
  if ((it.flags & TH_SYN) !== 0) return "syn";
  if (it.payload.length > 0) return "data";
  return (it.flags & (TH_ACK | TH_FIN | TH_RST)) === TH_ACK ? "ack" : "any";
}
