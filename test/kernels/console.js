/** What a guest's console shows: lines of init, which begin with @@, and whatever else came there. */
import { gunzipSync } from "node:zlib";

/** Lines of the rest that are kept: the last ones say why a kernel stopped. */
const LAST = 40;
/** What was packed, by its name; the last one may have been cut off. */
const BLOCK = /^@@begin (\S+ \S+)\n([\s\S]*?)(?:^@@end \1$|(?![\s\S]))/gm;
const RUN = /^@@run (\S+) (\d+) (\S+) (\S+)$/gm;

/**
 * → {kernel: its release, or null where init never came that far, off: it came to its end,
 * runs: [{who, code, seconds, events, said}], rest: the last lines that are not init's}.
 * `events` and `said` are null where they did not arrive whole.
 */
export function guestIn(text) {
  const whole = text.replaceAll("\r", "");
  const blocks = new Map([...whole.matchAll(BLOCK)].map(([, name, packed]) => [name, unpacked(packed)]));
  const bare = whole.replace(BLOCK, "");
  const runs = [...bare.matchAll(RUN)].map(([, who, code, before, after]) => ({
    who, code: Number(code), seconds: Number(after) - Number(before),
    events: blocks.get(`${who} events`) ?? null, said: blocks.get(`${who} said`) ?? null,
  }));
  const rest = bare.split("\n").filter((it) => it.trim() !== "" && !it.startsWith("@@")).slice(-LAST);
  return { kernel: /^@@up (\S+)$/m.exec(bare)?.[1] ?? null, off: /^@@off$/m.test(bare), runs, rest };
}

/** gzip has a checksum: what the kernel wrote in between does not go unnoticed. */
function unpacked(packed) {
  try {
    return gunzipSync(Buffer.from(packed, "base64")).toString("utf8");
  } catch {
    return null;
  }
}
