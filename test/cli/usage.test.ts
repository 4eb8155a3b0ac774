/** Command lines that mean nothing: each ends with 64, says nothing on standard output, and tells in one sentence what is wrong. */
import { afterAll, describe, expect, test } from "vitest";
import { cannot, folder, named, netlab } from "./netlab.ts";
import { OWN } from "./own-experiments.ts";

const { path: cwd, leave } = folder(OWN);
afterAll(leave);
const has = process.features as { readonly typescript?: unknown };
const TYPES = has.typescript ? [] : [["run typed.ts", /^typed\.ts is TypeScript, which Node .* does not run: Node 22\.18 and later do/]] as const;

describe.skipIf(cannot !== null)(named("wrong usage", cannot), () => {
  test.for([
    ["nonsense",                             /^unknown command 'nonsense'$/],
    ["rnu",                                  /^unknown command 'rnu' \(Did you mean run\?\)$/],
    ["udp-raw",                              /^udp-raw is an experiment: netlab run udp-raw/],
    ["--frob",                               /^unknown option '--frob'$/],
    ["run",                                  /^which experiment\? netlab list/],
    ["run udp-boundarys",                    /^there is no experiment "udp-boundarys", did you mean udp-boundaries\?$/],
    ["run boundaries",                       /^there is no experiment "boundaries", did you mean udp-boundaries\?$/],
    ["run xyzzy",                            /^there is no experiment "xyzzy": netlab list/],
    ["run --all udp-raw",                    /^--all is every experiment/],
    ["run udp-raw --formt strace",           /^unknown option '--formt' \(Did you mean --format\?\)$/],
    ["run udp-raw --format svg",             /'svg' is invalid\. Allowed choices are text, strace, timeline, states, mermaid\.$/],
    ["run udp-raw --json --format strace",   /'--json' cannot be used with option '--format <format>'/],
    ["run udp-raw --level godlike",          /Allowed choices are beginner, student, practitioner, advanced, expert\.$/],
    ["run udp-raw --jobs 0",                 /'0' is invalid\. It is a whole number of at least 1\.$/],
    ["run udp-raw --limit soon",             /'soon' is invalid\. It is a number of seconds/],
    ["run udp-raw --witness calls,gossip",   /^there is no witness "gossip": there are calls, counters, state, wire, stacks$/],
    ["run udp-raw --witness state,wires",    /^there is no witness "wires": /],
    ["run udp-boundaries --set room",        /^--set takes name=value, not "room"$/],
    ["run udp-boundaries --set rom=3",       /^--set rom=3: udp-boundaries has no parameter "rom", did you mean room\?$/],
    ["run udp-boundaries --set room=3",      /^udp-boundaries: room is a whole number from 20 to 65535/],
    ["run udp-raw tcp-raw --set nobody=3",   /^--set nobody=3: these experiments have no parameter "nobody"/],
    ["run udp-raw --save /nowhere/run",      /^cannot write \/nowhere\/run: no such file or directory$/],
    ["run ./not-there.mjs",                  /^there is no file \.\/not-there\.mjs$/],
    ["run nothing.mjs",                      /^nothing\.mjs has no experiment: it should say export default experiment/],
    ["list --note N9",                       /^there is no note "N9": there are N0, N1, N2, N3, N4$/],
    ["list --topic tpc",                     /^there is no topic "tpc", did you mean tcp\?$/],
    ["show",                                 /^missing required argument 'name'$/],
    ["show udp-boundarys",                   /did you mean udp-boundaries\?$/],
    ["claims N9",                            /^there is no note or statement "N9": the notes are N0, N1, N2, N3, N4/],
    ["claims N0-99",                         /^there is no statement "N0-99": those of N0 are N0-01 to N0-\d\d/],
    ["claims --verdict perhaps",             /Allowed choices are confirmed, corrected, contradicted, open, cannot\.$/],
    ["judge",                                /^missing required argument 'file'$/],
    ["judge /nowhere.ndjson",                /^cannot read \/nowhere\.ndjson: no such file or directory$/],
    ["judge notes.txt",                      /^notes\.txt: line 1 is cut off|^notes\.txt: line 1 is not JSON/],
    ["judge -",                              /^standard input: line 1 is empty/],
    ["confirm udp-boundarys",                /^there is no experiment "udp-boundarys", did you mean udp-boundaries\?$/],
    ["confirm run.ndjson",                   /^run\.ndjson is a saved run: netlab confirm run\.ndjson LOG/],
    ["confirm /nowhere.ndjson log",          /^cannot read \/nowhere\.ndjson: no such file or directory$/],
    ["confirm udp-raw --set nobody=3",       /^--set nobody=3: udp-raw has no parameters$/],
    ["bench sendto",                         /^too many arguments for 'bench'\. Expected 0 arguments but got 1/],
    ["bench --quik",                         /^unknown option '--quik' \(Did you mean --quick\?\)$/],
    ["path udp sendot",                      /^there is no path "udp sendot", did you mean udp sendto\?$/],
    ["path upd sendto",                      /^there is no path "upd sendto", did you mean udp sendto\?$/],
    ["path udp sendto now",                  /^there is no path "udp sendto now"/],
    ["path sctp accept",                     /^there is no path "sctp accept"/],
    ["path constructor name",                /^there is no path "constructor name": netlab path lists them$/],
    ["path udp toString",                    /^there is no path "udp toString": of udp there are socket, bind, /],
    ["path udp sendto --lvel expert",        /^unknown option '--lvel' \(Did you mean --level\?\)$/],
    ["struct sockadr_in",                    /^there is no struct "sockadr_in", did you mean sockaddr_in\?$/],
    ["struct --all msghdr",                  /^--all is every struct/],
    ["struct --all --kernel",                /^--all is every struct that netlab declares/],
    ["struct sk_buff --depth x",             /^option '--depth <n>' argument 'x' is invalid\. It is a whole number, 0 or more\.$/],
    ["struct iphdr --btf no.btf",            /^cannot read no\.btf: no such file or directory$/],
    ["struct iphdr --btf proven.mjs",        /^proven\.mjs: this is not BTF/],
    ["doctor me too",                        /^too many arguments for 'doctor'/],
    ["doctor stakcs",                        /^doctor examines no "stakcs", did you mean stacks\?$/],
    ["doctor net",                           /^doctor examines no "net", did you mean namespace\?$/],
    ["struct --find sk_state",               /^--find sk_state takes a struct: netlab struct sock --find sk_state$/],
    ["doctor xyzzy",                         /^doctor examines no "xyzzy": there are calls, namespace, .*, limits$/],
    ...TYPES,
  ] as const)("netlab %s", ([line, says]) => {
    const { code, out, err } = netlab(line.split(" "), { cwd });
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err).toMatch(/^netlab: .*\n$/);
    expect(err.slice("netlab: ".length).trimEnd()).toMatch(says);
  });

  test("a Node that is too old is told so", () => {
    const old = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.1'})";
    const { code, err } = netlab(["list"], { env: { NODE_OPTIONS: `--import ${old}` } });
    expect({ code, err }).toEqual({ code: 64, err: "netlab: it needs Node 20.19 or newer, and this is 18.20.1\n" });
  });
});
