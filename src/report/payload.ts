/** The sizes of what a call sent or received: one, or of many messages one each. */
import { mmsghdr } from "../abi/structs/message.ts";
import type { CallEvent } from "../lab/events.ts";
import { bytesOf } from "../memory/memory.ts";
import { unpack } from "../sys/packed-bytes.ts";

const SENDS: ReadonlySet<string> = new Set(["sendto", "sendmsg", "sendmmsg", "write", "writev"]);
const RECEIVES: ReadonlySet<string> = new Set(["recvfrom", "recvmsg", "recvmmsg", "read", "readv"]);
const MANY: ReadonlySet<string> = new Set(["sendmmsg", "recvmmsg"]);

/** Whether it is a call that sends, or one that receives, or neither. */
export const way = ({ name }: CallEvent): "sends" | "receives" | null =>
  (SENDS.has(name) ? "sends" : RECEIVES.has(name) ? "receives" : null);

/** In bytes, of each message that went; none where it failed. */
export function sizes({ name, args, result }: CallEvent): readonly number[] {
  if (result === null || result < 0) return [];
  const messages = args.find((it) => it.name === "mmsg")?.after ?? null;
  if (!MANY.has(name) || messages === null) return [result];
  const memory = bytesOf(unpack(messages));
  const count = Math.min(result, Math.floor(memory.length / mmsghdr.size));
  return Array.from({ length: count }, (_, i) => mmsghdr.read(memory, i * mmsghdr.size).msg_len);
}
