/** Files as a person writes them: right, wrong, and broken in every way. */

const experiment = (name: string, run: string, claims: string, more = ""): string => `
import { experiment, claim, is, buffer, AF_INET, SOCK_DGRAM } from "netlab";
export default experiment({
  name: "${name}", asks: "Is the first socket 3?", story: "It is.", ${more}
  run({ socket, recvfrom, close }, { scene, set }) {
    scene("one", "A socket.");
    const s = socket(AF_INET, SOCK_DGRAM, 0);
    ${run}
  },
  claims: [${claims}],
});
`;
const IS_3 = 'claim("the first socket is 3", { one: { socket: 1 } }, ({ one: { socket: s } }) => [is(s.result, 3)])';

/** By file name. */
export const OWN: Readonly<Record<string, string>> = {
  "proven.mjs":   experiment("proven", "close(s);", IS_3),
  "refuted.mjs":  experiment("refuted", "close(s);", IS_3.replace("s.result, 3", "s.result, 4")),
  "unknown.mjs":  experiment("unknown", "close(s);", IS_3.replace("socket: 1", "socket: 2")),
  "set.mjs":      experiment("set", "close(s);", IS_3, 'parameters: { size: { is: "a size", default: 5, from: 1, to: 9 } },'),
  "alone.mjs":    experiment("alone", "close(s);", IS_3, "alone: true,"),
  "tagged.mjs":   experiment("tagged", 'look("mine", mine({ tag: 7 })); close(s);', 'claim("its tag is 7", { one: { "look mine": 1 } }, ({ one: { "look mine": it } }) => [is(it.field("tag"), 7)])')
    .replace("buffer,", "buffer, i32, struct,").replace("{ scene,", "{ scene, look,").replace("export", 'const mine = struct("mine", 4, { tag: [0, i32] });\nexport'),
  "throws.mjs":   experiment("throws", "sokcet();", IS_3),
  "hangs.mjs":    experiment("hangs", "recvfrom(s, buffer(8), 8, 0, null, null);", IS_3),
  "crashes.mjs":  experiment("crashes", 'process.kill(process.pid, "SIGSEGV"); for (;;);', IS_3),
  "talks.mjs":    experiment("talks", 'console.log("its own words");', IS_3),
  "proof.mjs":    experiment("proof", "close(s);", IS_3.replace("s.result", "s.nothing.at.all")),
  "timer.mjs":    `setInterval(() => {}, 1000);${experiment("timer", "close(s);", IS_3)}`,
  "root.mjs":     experiment("root", "close(s);", IS_3, 'needs: ["root"],'),
  "future.mjs":   experiment("future", "close(s);", IS_3, 'needs: ["kernel 99.0"],'),
  "mercury.mjs":  experiment("mercury", "close(s);", IS_3, 'needs: ["mercury"],'),
  "no-fact.mjs":  experiment("no-fact", "close(s);", IS_3.replace("s.result, 3", "3, 3")),
  "nothing.mjs":  "export default 3;",
  "syntax.mjs":   "export default {\n  name:\n",
  "missing.mjs":  'import "there-is-no-such-thing";',
  "loads.mjs":    "const a = 1;\nthrow new Error(\"no luck \" + a);",
  "typed.ts":     experiment("typed", "const n: number = 1; close(s);", IS_3),
  "notes.txt":    "no module at all",
};
