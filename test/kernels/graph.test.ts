/** What function_graph wrote in two kernels, and how a path is judged by it. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Call { readonly pid: number; readonly entered: readonly { readonly fn: string; readonly depth: number }[] }
interface Step { readonly fn: string; readonly hidden: string | null; readonly traceable: readonly string[]; readonly known: readonly string[] }
interface Walk { readonly path: string; readonly experiment: string | null; readonly entry: string | null; readonly graph: string; readonly steps: readonly Step[] }
interface Otherwise { readonly fn: string; readonly how: string; readonly instead: readonly string[] }
interface Walked { readonly path: string; readonly declared: number; readonly entered: number; readonly steps: readonly Otherwise[] }
interface Row { readonly paths: readonly Walked[]; readonly broken: readonly string[] }
interface Guest { readonly run: { readonly code: number; readonly events: string | null; readonly said: string } | undefined; readonly off: boolean; readonly rest: readonly string[]; readonly why: string | null }

const part = async <T>(name: string): Promise<T> => (await import(new URL(`./${name}.js`, import.meta.url).href)) as T;
const { callsIn } = await part<{ callsIn(graph: string, entry: string): readonly Call[] }>("graph");
const { walked, walksIn, isOtherwise } = await part<{ walked(walk: Walk): Walked; walksIn(guest: Guest): Row; isOtherwise(row: Row): boolean }>("walked");
const { reportWalks } = await part<{ reportWalks(rows: readonly (Row & { readonly kernel: string })[]): string }>("walks-table");

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/graph/${name}.txt`, import.meta.url), "utf8");
/** A name a step; before it `-` where the kernel has no such function, `~` where none can be traced, `i` and a space where it is declared inlined. */
const steps = (...words: readonly string[]): readonly Step[] => words.map((word) => {
  const [, inlined, mark, fn] = /^(i )?([-~]?)(\w+)$/.exec(word)!;
  return { fn: fn!, hidden: inlined ? "inlined" : null, traceable: mark === "" ? [fn!] : [], known: mark === "-" ? [] : [fn!] };
});
const walk = (entry: string, graph: string, of: readonly Step[]): Walk => ({ path: "a path", experiment: "e", entry, graph, steps: of });

describe("the calls of a trace", () => {
  test.for([
    ["accept-5.10",   "__x64_sys_accept4",   [106], ["__x64_sys_accept4 0", "__sys_accept4 1", "__fdget 2", "__fget_light 3", "__fget_files 4"]],
    ["accept-7.2",    "__x64_sys_accept4",   [86],  ["__x64_sys_accept4 0", "__sys_accept4 1", "fdget 2", "__rcu_read_lock 3", "__rcu_read_unlock 3"]],
    ["recvfrom-5.10", "__x64_sys_recvfrom",  [48, 33], ["__x64_sys_recvfrom 0", "__sys_recvfrom 1", "sockfd_lookup_light 2", "__fdget 3", "__fget_light 4"]],
    ["recvfrom-7.2",  "__x64_sys_recvfrom",  [38, 27], ["__x64_sys_recvfrom 0", "__sys_recvfrom 1", "fdget 2", "__rcu_read_lock 3", "__rcu_read_unlock 3"]],
  ] as const)("%s", ([name, entry, lengths, first]) => {
    const calls = callsIn(fixture(name), entry);
    expect(calls.map(({ entered }) => entered.length)).toEqual(lengths);
    expect(calls[0]!.entered.slice(0, 5).map(({ fn, depth }) => `${fn} ${depth}`)).toEqual(first);
  });

  test("two processes in between each other, a module's function, a copy, arguments, and what is none of the call", () => {
    const graph = ` node-11   | enter() {\n a-b c-12  | enter() {\n node-11   |   copy.isra.0(fd=3);\n ------------------------------------------\n`
      + ` a-b c-12  |   veth_xmit [veth]();\n node-11   |   } /* inner */\n node-11   | }\n node-11   | other() {\n node-11   |   inside();\n node-11   | }\n`;
    expect(callsIn(graph, "enter")).toEqual([
      { pid: 11, entered: [{ fn: "enter", depth: 0 }, { fn: "copy.isra.0", depth: 1 }] },
      { pid: 12, entered: [{ fn: "enter", depth: 0 }, { fn: "veth_xmit", depth: 1 }] },
    ]);
  });
});

describe("a path", () => {
  test("of accept is otherwise in 5.10", () => {
    const declared = steps("__sys_accept4", "i __sys_accept4_file", "get_unused_fd_flags", "do_accept", "sock_alloc", "inet_csk_accept", "-__inet_accept", "fd_install");
    expect(walked(walk("__x64_sys_accept4", fixture("accept-5.10"), declared))).toMatchObject({
      declared: 8, entered: 6,
      steps: [
        { fn: "get_unused_fd_flags", how: "not entered", instead: ["__sys_accept4_file", "__get_unused_fd_flags", "do_accept"] },
        { fn: "__inet_accept", how: "no function there", instead: expect.arrayContaining(["inet_csk_accept", "fd_install"]) as string[] },
      ],
    });
  });

  test("of accept is as declared in 7.2", () => {
    const declared = steps("__sys_accept4", "i -__sys_accept4_file", "get_unused_fd_flags", "do_accept", "sock_alloc", "inet_csk_accept", "__inet_accept", "fd_install");
    const found = walked(walk("__x64_sys_accept4", fixture("accept-7.2"), declared));
    expect(found).toEqual({ path: "a path", declared: 8, entered: 7, steps: [{ fn: "__sys_accept4_file", how: "inlined there", instead: [] }] });
    expect(isOtherwise({ paths: [found], broken: [] })).toBe(false);
  });

  test("of recvfrom in 7.2, with what cannot be traced, and what is done only for a receive that waits", () => {
    const declared = steps("__x64_sys_recvfrom", "tcp_recvmsg", "tcp_recvmsg_locked", "sk_wait_data", "skb_copy_datagram_iter", "~_copy_to_iter", "tcp_rcv_space_adjust");
    expect(walked(walk("__x64_sys_recvfrom", fixture("recvfrom-7.2"), declared))).toMatchObject({ entered: 5, steps: [
      { fn: "sk_wait_data",   how: "not entered",             instead: ["tcp_recvmsg_locked", "skb_copy_datagram_iter"] },
      { fn: "_copy_to_iter",  how: "cannot be traced there",  instead: ["skb_copy_datagram_iter", "__skb_datagram_iter", "tcp_rcv_space_adjust"] },
    ] });
  });

  const CALL = " n-1  | enter() {\n n-1  |   a() {\n n-1  |     c.isra.0();\n n-1  |   }\n n-1  |   b();\n n-1  | }\n";
  test.for([
    ["in its order",            CALL, steps("enter", "a", "b"),                          3, []],
    ["a step that comes later", CALL, steps("enter", "b", "a"),                          2, ["a: in another order"]],
    ["a step after the last",   CALL, steps("a", "b", "z"),                              2, ["z: not entered"]],
    ["a copy is the function",  CALL, [{ ...steps("c")[0]!, traceable: ["c.isra.0"] }],  1, []],
    ["two calls together",      `${CALL} n-1  | enter() {\n n-1  |   z();\n n-1  | }\n`, steps("enter", "a", "z"), 3, []],
  ] as const)("%s", ([, graph, declared, entered, otherwise]) => {
    const found = walked(walk("enter", graph, declared));
    expect({ entered: found.entered, steps: found.steps.map(({ fn, how }) => `${fn}: ${how}`) }).toEqual({ entered, steps: otherwise });
    expect(isOtherwise({ paths: [found], broken: [] })).toBe(otherwise.length > 0);
  });

  test.for([
    [{ experiment: null, entry: null }, "no experiment takes it"],
    [{ graph: "# tracer: nop\n" },      "no call of enter was traced"],
  ] as const)("that was not taken: %j", ([less, why]) =>
    expect(walked({ ...walk("enter", CALL, steps("a")), ...less })).toMatchObject({ entered: 0, steps: [{ fn: "a", how: "not entered", instead: [why] }] }));
});

describe("a guest", () => {
  const line = `${JSON.stringify(walk("enter", " n-1  | enter();\n", steps("enter")))}\n`;
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

test("the table: a row a kernel, and what is the same in several kernels once", () => {
  const path = (name: string, entered: number, ...found: readonly Otherwise[]): Walked => ({ path: name, declared: 3, entered, steps: found });
  const lost: Otherwise = { fn: "b", how: "not entered", instead: ["a", "x", "c"] };
  expect(reportWalks([
    { kernel: "5.10.262", broken: [], paths: [path("udp sendto", 3), path("tcp accept", 2, lost)] },
    { kernel: "7.2.13",   broken: ["it was stopped", "Oops"], paths: [path("tcp accept", 1, lost, { fn: "c", how: "inlined there", instead: [] })] },
  ])).toBe(`kernel    udp sendto  tcp accept
5.10.262         3/3         2/3
7.2.13             –         1/3

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
