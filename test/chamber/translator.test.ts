/** From records to events, where a run did not come to its end: what is there is told, what is not is left out. */
import { expect, test } from "vitest";
import type { ChamberNote } from "../../src/lab/chamber/job.ts";
import { Translator } from "../../src/lab/chamber/translator.ts";
import type { Enter, Exit, LogRecord, Note } from "../../src/sys/log-reader.ts";
import { numberOf } from "../../src/sys/number-of.ts";

const note = (it: ChamberNote, actor = 0): Note => ({ kind: "note", actor, t: 1, text: JSON.stringify(it) });
const enter = (id: number, actor = 0): Enter => ({ kind: "enter", actor, id, t: id, nr: numberOf("getpid"), transient: false, words: [], segments: [] });
const exit = (id: number, actor = 0): Exit => ({ kind: "exit", actor, id, t: id, result: 7, segments: [] });
const begin = note({ type: "begin", koffi: "3", uid: 0, origin: "0", witnesses: {} });
const say = note({ type: "say", text: "after" });
const times = (first: number, last: number): Note =>
  note({ type: "times", label: "loop", rounds: 9, packets: 0, stacks: 0, sums: [{ nr: numberOf("getpid"), count: 9, results: [[7, 9]], bytes: null, first, last, median: 1000 }] });

const translator = (): Translator => new Translator({
  type: "run", experiment: "x", schema: 1, netlab: "0", asks: "", parameters: {}, chamber: { mode: "none", why: null }, witnesses: {},
  machine: { kernel: "6", arch: "x64", node: "20", koffi: "unknown", uid: 0 },
}, 1);

/** `say`, or `getpid@main#1=7`, `=null` where it never came back. */
const told = (records: readonly LogRecord[]): readonly [readonly string[], readonly string[]] => {
  const it = translator();
  const word = (event: ReturnType<Translator["rest"]>[number]): string => (event.type === "call" ? `${event.name}@${event.actor}#${event.id}=${event.result}` : event.type);
  return [it.take(records).map(word), it.rest().map(word)];
};

test.for([
  ["nothing at all",                      [],                                                       [], ["run"]],
  ["a call before the beginning",         [enter(1)],                                               [], ["run", "getpid@main#1=null"]],
  ["all of it",                           [begin, enter(1), exit(1), say],                          ["run", "getpid@main#1=7", "say"], []],
  ["a call that never came back",         [begin, enter(1), say],                                   ["run"], ["getpid@main#1=null", "say"]],
  ["one that waits for another's",        [begin, enter(1), enter(2, 5), exit(2, 5)],               ["run"], ["getpid@main#1=null", "getpid@actor 5#2=7"]],
  ["a sum, its first and its last call",  [begin, times(1, 2), say, enter(1), exit(1), enter(2), exit(2)], ["run", "times", "say"], []],
  ["a sum whose calls are missing",       [begin, times(1, 2), say, enter(1), exit(1)],             ["run"], ["say"]],
  ["an exit of nobody",                   [begin, exit(4), say],                                    ["run", "say"], []],
] as const)("%s", ([, records, atOnce, rest]) => expect(told(records)).toEqual([atOnce, rest]));

test("the first to break is the one that is told, with the actor's name", () => {
  const it = translator();
  const broke = (message: string, actor: number): Note => note({ type: "broke", how: "error", message, call: null }, actor);
  it.take([begin, note({ type: "actor", number: 2, name: "writer", tid: 9 }), broke("first", 2), broke("second", 0)]);
  expect(it.broke).toEqual({ how: "error", message: "first (in the actor writer)", call: null });
});
