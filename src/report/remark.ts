/**
 * What is worth saying of a call besides its text: why it failed, what the kernel did not take, what it left
 * alone.
 */
import { errnoText } from "../abi/errno.ts";
import type { Arg, Call } from "../sys/decode.ts";
import { counted } from "./counted.ts";

/** Calls whose result is how many bytes of theirs the kernel took. */
const TAKES: ReadonlySet<string> = new Set([
  "write", "pwrite64", "writev", "pwritev", "pwritev2", "sendto", "sendmsg",
]);

/** A short remark; null for a call of which its text says all. */
export function remark({ name, args, result, errno }: Call): string | null {
  if (result === null) return "it never came back";
  if (errno !== null) return errnoText(errno);
  const given = plainBytes(args, "in");
  if (TAKES.has(name) && result < given.room) {
    return `took ${counted(result)} of ${counted(given.room)} bytes`;
  }
  const filled = plainBytes(args, "out");
  const untouched = filled.room - filled.wrote;
  return untouched > 0 ? `${counted(untouched)} of ${counted(filled.room)} bytes untouched` : null;
}

/** The payload that a call was given, or given room for: itself, and what its iovecs reach. */
function plainBytes(args: readonly Arg[], way: "in" | "out"): Pick<Arg, "room" | "wrote"> {
  const payload = args.filter(({ name, flow, layout, before }) => {
    const goes = flow === way || flow === "inout";
    return before !== null && layout === null && goes && (/^\w+$/.test(name) || name.endsWith("iov_base"));
  });
  const sum = (of: "room" | "wrote"): number => payload.reduce((so, it) => so + it[of], 0);
  return { room: sum("room"), wrote: sum("wrote") };
}
