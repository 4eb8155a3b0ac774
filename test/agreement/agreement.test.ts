/** strace as the second witness of netlab's texts: the same calls, made once, written down by both. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NETWORK } from "../../src/lab/confirm.ts";
import { callText } from "../../src/sys/decode.ts";
import { align } from "../../src/witness/strace-align.ts";
import type { TracedCall } from "../../src/witness/strace-log.ts";
import { SCRIPTS } from "./scripts.ts";
import { Bench, cannot, isOurs } from "./traced.ts";

/** A number that strace 6.1 has no name for, or a flag: the kernel is younger. */
const NAMELESS = /\?\?\?|\|0x[0-9a-f]+\b/;
/** What strace reads further than netlab does: file locks, lists of interfaces, commands of bpf and io_uring, netlink. */
const DEEPER = /^(?:fcntl\(\d+, F_\w*LK|ioctl\(\d+, SIOCGIFCONF|bpf|io_uring_register)|nlmsg_len/;
const line = ({ name, args, result }: TracedCall): string => `${name}(${args}) = ${result}`;

describe.skipIf(cannot !== null)(`what strace writes${cannot === null ? "" : ` (skipped: ${cannot})`}`, () => {
  const bench = new Bench();
  beforeAll(() => bench.build());
  afterAll(() => bench[Symbol.dispose]());

  test.each(Object.keys(SCRIPTS))("%s", (name) => {
    const { ours, theirs } = bench.run(name);
    const pairs = align(ours, theirs);
    const found = new Set(pairs.map(([it]) => it));
    const seen = new Set(pairs.map(([, it]) => it));
    expect(ours.length).toBeGreaterThan(5);
    expect(ours.filter((_, i) => !found.has(i)).map(callText), "strace has no such call").toEqual([]);
    expect(theirs.filter((it, i) => !seen.has(i) && NETWORK.has(it.name)).map(line), "only strace has it").toEqual([]);
    if (!isOurs) return;
    const told = pairs.map(([i, j]) => [callText(ours[i]!), line(theirs[j]!)] as const).filter(([, it]) => !NAMELESS.test(it) && !DEEPER.test(it));
    expect(told.map(([mine]) => mine)).toEqual(told.map(([, other]) => other));
  });
});
