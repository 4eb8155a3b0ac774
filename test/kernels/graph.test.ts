/** What function_graph wrote in two kernels, and how a path is judged by it. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Call { readonly pid: number; readonly entry: string; readonly entered: readonly { readonly fn: string; readonly depth: number }[] }
interface Step { readonly fn: string; readonly depth: number; readonly when?: string; readonly hidden: string | null; readonly traceable: readonly string[]; readonly known: readonly string[] }
interface Walk { readonly path: string; readonly kernel: string; readonly experiment: string | null; readonly entries: readonly string[]; readonly graph: string; readonly steps: readonly Step[] }
interface Otherwise { readonly fn: string; readonly how: string; readonly instead: readonly string[] }
interface Walked { readonly path: string; readonly declared: number; readonly entered: number; readonly steps: readonly Otherwise[] }
interface Row { readonly paths: readonly Walked[]; readonly broken: readonly string[] }
interface Guest { readonly run: { readonly code: number; readonly events: string | null; readonly said: string } | undefined; readonly off: boolean; readonly rest: readonly string[]; readonly why: string | null }

const part = async <T>(name: string): Promise<T> => (await import(new URL(`./${name}.js`, import.meta.url).href)) as T;
const { callsIn } = await part<{ callsIn(graph: string, entries: readonly string[]): readonly Call[] }>("graph");
const { walked, walksIn, isOtherwise } = await part<{ walked(walk: Walk): Walked; walksIn(guest: Guest): Row; isOtherwise(row: Row): boolean }>("walked");
const { reportWalks } = await part<{ reportWalks(rows: readonly (Row & { readonly kernel: string })[]): string }>("walks-table");

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/graph/${name}.txt`, import.meta.url), "utf8");
/**
 * A name a step, below the one before it by its spaces, two each; before it `-` where the kernel has no such function, `~` where none can be traced, `i `
 * where it is declared inlined; behind it `?` where it is passed on a condition.
 */
const steps = (...words: readonly string[]): readonly Step[] => words.map((word) => {
  const [, indent, inlined, mark, fn, on] = /^( *)(i )?([-~]?)(\w+)(\?)?$/.exec(word)!;
  const when = on === undefined ? {} : { when: "it is so" };
  return { fn: fn!, depth: indent!.length / 2, hidden: inlined ? "inlined" : null, ...when, traceable: mark === "" ? [fn!] : [], known: mark === "-" ? [] : [fn!] };
});
const walk = (entry: string, graph: string, of: readonly Step[]): Walk => ({ path: "a path", kernel: "6.18", experiment: "e", entries: [entry], graph, steps: of });

describe("the calls of a trace", () => {
  test.for([
    ["accept-5.10",   "__x64_sys_accept4",   [106], ["__x64_sys_accept4 0", "__sys_accept4 1", "__fdget 2", "__fget_light 3", "__fget_files 4"]],
    ["accept-7.2",    "__x64_sys_accept4",   [86],  ["__x64_sys_accept4 0", "__sys_accept4 1", "fdget 2", "__rcu_read_lock 3", "__rcu_read_unlock 3"]],
    ["recvfrom-5.10", "__x64_sys_recvfrom",  [48, 33], ["__x64_sys_recvfrom 0", "__sys_recvfrom 1", "sockfd_lookup_light 2", "__fdget 3", "__fget_light 4"]],
    ["recvfrom-7.2",  "__x64_sys_recvfrom",  [38, 27], ["__x64_sys_recvfrom 0", "__sys_recvfrom 1", "fdget 2", "__rcu_read_lock 3", "__rcu_read_unlock 3"]],
  ] as const)("%s", ([name, entry, lengths, first]) => {
    const calls = callsIn(fixture(name), [entry]);
    expect(calls.map(({ entered }) => entered.length)).toEqual(lengths);
    expect(calls[0]!.entered.slice(0, 5).map(({ fn, depth }) => `${fn} ${depth}`)).toEqual(first);
  });

  test("two processes in between each other, a module's function, a copy, arguments, and what is none of the call", () => {
    const graph = ` node-11   | enter() {\n a-b c-12  | enter() {\n node-11   |   copy.isra.0(fd=3);\n ------------------------------------------\n`
      + ` a-b c-12  |   veth_xmit [veth]();\n node-11   |   } /* inner */\n node-11   | }\n node-11   | other() {\n node-11   |   inside();\n node-11   | }\n`;
    expect(callsIn(graph, ["enter"])).toEqual([
      { pid: 11, entry: "enter", entered: [{ fn: "enter", depth: 0 }, { fn: "copy.isra.0", depth: 1 }] },
      { pid: 12, entry: "enter", entered: [{ fn: "enter", depth: 0 }, { fn: "veth_xmit", depth: 1 }] },
    ]);
  });
});

describe("a path", () => {
  test("of accept is otherwise in 5.10", () => {
    const declared = steps("__sys_accept4", "  i __sys_accept4_file", "    get_unused_fd_flags", "    do_accept", "      sock_alloc", "      inet_csk_accept", "      -__inet_accept", "    fd_install");
    expect(walked(walk("__x64_sys_accept4", fixture("accept-5.10"), declared))).toMatchObject({
      declared: 8, entered: 6,
      steps: [
        { fn: "get_unused_fd_flags", how: "not entered", instead: ["__sys_accept4_file", "__get_unused_fd_flags", "do_accept"] },
        { fn: "__inet_accept", how: "no function there", instead: expect.arrayContaining(["inet_csk_accept", "fd_install"]) as string[] },
      ],
    });
  });

  test("of accept is as declared in 7.2", () => {
    const declared = steps("__sys_accept4", "  i -__sys_accept4_file", "    get_unused_fd_flags", "    do_accept", "      sock_alloc", "      inet_csk_accept", "      __inet_accept", "    fd_install");
    const found = walked(walk("__x64_sys_accept4", fixture("accept-7.2"), declared));
    expect(found).toEqual({ path: "a path", declared: 8, entered: 7, steps: [{ fn: "__sys_accept4_file", how: "inlined there", instead: [] }] });
    expect(isOtherwise({ paths: [found], broken: [] })).toBe(false);
  });

  test("of recvfrom in 7.2, with what cannot be traced, and what is done only for a receive that waits", () => {
    const declared = steps("__x64_sys_recvfrom", "  tcp_recvmsg", "    tcp_recvmsg_locked", "      sk_wait_data", "      skb_copy_datagram_iter", "        ~_copy_to_iter", "      tcp_rcv_space_adjust");
    expect(walked(walk("__x64_sys_recvfrom", fixture("recvfrom-7.2"), declared))).toMatchObject({ entered: 5, steps: [
      { fn: "sk_wait_data",   how: "not entered",             instead: ["tcp_recvmsg_locked", "skb_copy_datagram_iter"] },
      { fn: "_copy_to_iter",  how: "cannot be traced there",  instead: ["skb_copy_datagram_iter", "__skb_datagram_iter", "tcp_rcv_space_adjust"] },
    ] });
  });

  /** As function_graph writes it: a name a line, a function inside the one above it by its spaces, two each. */
  const graph = (...lines: readonly string[]): string => lines.map((it) => ` n-1  | ${it}();\n`).join("");
  const CALL = graph("enter", "  a", "    c.isra.0", "  b");
  const copies = (...of: readonly Step[]): readonly Step[] => of.map((it) => (it.fn === "c" ? { ...it, traceable: ["c.isra.0"] } : it));
  test.for([
    ["in its place",                     CALL, steps("enter", "  a", "  b"),                                  3, [], false],
    ["a copy is the function",           CALL, copies(...steps("enter", "  a", "    c", "  b")),              4, [], false],
    ["that begins inside the call",      CALL, copies(...steps("a", "  c")),                                  2, [], false],
    ["a sibling that comes later",       CALL, steps("enter", "  b", "  a"),                                  2, ["b: in another order"], true],
    ["a step that is not there",         CALL, steps("enter", "  a", "  z"),                                  2, ["z: not entered"], true],
    ["on a condition",                   CALL, steps("enter", "  a", "  z?", "    y"),                        2, ["z: only when it is so", "y: only when it is so"], false],
    ["that is none of its functions",    CALL, steps("enter", "  -z", "    a"),                               2, ["z: no function there"], false],
    ["a step in another function",       CALL, copies(...steps("enter", "  a", "  b", "    c")),              3, ["c: inside another function"], true],
    ["a caller that is a sibling there", CALL, steps("enter", "  a", "    b"),                                2, ["a: not around what it calls"], true],
    ["deeper than declared",             CALL, copies(...steps("enter", "  c", "  b")),                       3, [], false],
    ["two calls together",               CALL + graph("enter", "  z"), steps("enter", "  a", "  z"),          3, [], false],
    ["the one in the right place of two", graph("enter", "  c", "  a", "    c"), steps("enter", "  a", "    c"), 3, [], false],
    ["the order in which most is right", graph("enter", "  b", "  a", "    c", "    d"), steps("enter", "  a", "    c", "    d", "  b"), 4, ["b: in another order"], true],
    ["a tail call is inside",            graph("enter", "  a", "    b", "      c"), steps("enter", "  a", "    b", "      c"), 4, [], false],
    ["what is left over belongs to it",  CALL + graph("task_work_run", "  d"), steps("enter", "  a", "  d"),  3, [], false],
    ["but not what another root enters", CALL + graph("other", "  d"), steps("enter", "  a", "  d"),          2, ["d: not entered"], true],
    ["nor what is left over by it",      CALL + graph("other", "task_work_run", "  d"), steps("enter", "  d"), 1, ["d: not entered"], true],
    ["each packet of a call for itself", graph("enter", "  r", "    x", "      y", "  r", "    z", "  r", "    x"), steps("r", "  z", "  x", "    y"), 4, [], false],
    ["alternatives, in whatever order",  graph("enter", "  a", "    x", "  a", "    z", "    w"), steps("enter", "  a", "    z?", "      w", "    x?"), 4, ["w: in another order"], true],
    ["alternatives that come in turn",   graph("enter", "  a", "    x", "  a", "    z", "      w"), steps("enter", "  a", "    z?", "      w", "    x?"), 5, [], false],
    ["many of each",                     graph("enter", ...Array.from({ length: 300 }, () => ["  a", "    b", "      a"]).flat(), "  c"), steps("enter", "  a", "    b", "      a", "  c"), 5, [], false],
  ] as const)("%s", ([, text, declared, entered, otherwise, wrong]) => {
    const found = walked(walk("enter", text, declared));
    expect({ entered: found.entered, steps: found.steps.map(({ fn, how }) => `${fn}: ${how}`) }).toEqual({ entered, steps: otherwise });
    expect(isOtherwise({ paths: [found], broken: [] })).toBe(wrong);
  });

  test("what a caller does not call on an older kernel is only told", () => {
    const found = walked({ ...walk("enter", CALL, steps("enter", "  a", "    b")), kernel: "5.10" });
    expect(found.steps).toEqual([{ fn: "a", how: "before what it calls there", instead: ["enter", "a", "b"] }]);
    expect(isOtherwise({ paths: [found], broken: [] })).toBe(false);
  });

  test("of a step in another function it is told in which", () =>
    expect(walked(walk("enter", CALL, copies(...steps("enter", "  a", "  b", "    c")))).steps).toEqual([{ fn: "c", how: "inside another function", instead: ["enter", "a", "c.isra.0"] }]));

  test.for([
    [{ experiment: null, entries: [] }, "no experiment takes it"],
    [{ graph: "# tracer: nop\n" },      "no call of enter was traced"],
    [{ steps: steps("z") },              "no step of it was entered"],
  ] as const)("that was not taken: %j", ([less, why]) =>
    expect(walked({ ...walk("enter", CALL, steps("a")), ...less })).toMatchObject({ entered: 0, steps: [{ how: "not entered", instead: [why] }] }));
});

describe("a guest", () => {
  const { experiment, graph, ...path } = walk("enter", " n-1  | enter();\n", steps("enter"));
  const line = `${JSON.stringify({ experiment, graph, paths: [path] })}\n`;
  test.for([
    ["that took all",       { run: { code: 0, events: line, said: "" }, off: true,  rest: ["a word"], why: null },       1, []],
    ["that failed",         { run: { code: 1, events: line, said: "no\n" }, off: true, rest: [], why: null },            1, ["the paths were not all taken", "no"]],
    ["with a broken line",  { run: { code: 0, events: null, said: "" }, off: true,  rest: [], why: null },               0, ["the paths were not all taken"]],
    ["that was stopped",    { run: undefined, off: false, rest: ["Oops"], why: "it was stopped after 9 s" },             0, ["it was stopped after 9 s", "Oops"]],
  ] as const)("%s", ([, guest, paths, broken]) => {
    const row = walksIn(guest);
    expect({ paths: row.paths.length, broken: row.broken }).toEqual({ paths, broken });
    expect(isOtherwise(row)).toBe(broken.length > 0);
  });
});

test("the table: a row a path, and what is the same in several kernels once", () => {
  const path = (name: string, entered: number, ...found: readonly Otherwise[]): Walked => ({ path: name, declared: 3, entered, steps: found });
  const lost: Otherwise = { fn: "b", how: "not entered", instead: ["a", "x", "c"] };
  expect(reportWalks([
    { kernel: "5.10.262", broken: [], paths: [path("udp sendto", 3), path("tcp accept", 2, lost)] },
    { kernel: "7.2.13",   broken: ["it was stopped", "Oops"], paths: [path("tcp accept", 1, lost, { fn: "c", how: "inlined there", instead: [] })] },
  ])).toBe(`path        5.10.262  7.2.13
udp sendto       3/3       –
tcp accept       2/3     1/3

broken: it was stopped
    Oops
  on 7.2.13
tcp accept: b: not entered
    a > x > c
  on 5.10.262, 7.2.13
tcp accept: c: inlined there
  on 7.2.13
`);
});
