/** Which pages of the manual tell about what an experiment does, by the words of its source. */
import { type SyscallName, syscalls } from "../abi/syscalls.ts";

/** Calls whose page has another name than the kernel's. */
const PAGES: Readonly<Partial<Record<SyscallName, string>>> & Readonly<Record<string, string>> = {
  pread64: "pread", pwrite64: "pwrite", eventfd2: "eventfd", signalfd4: "signalfd",
  pselect6: "pselect", prlimit64: "prlimit",
  newfstatat: "fstatat", rt_sigaction: "sigaction", rt_sigprocmask: "sigprocmask", exit_group: "exit_group",
};
/** Words of a source, and the page of section 7 on what they stand for. */
const TOPICS: readonly (readonly [words: readonly RegExp[], page: string])[] = [
  [[/\bsocket(pair)?\(/],                 "socket(7)"],
  [[/\bAF_INET\b/, /\bSOCK_DGRAM\b/],     "udp(7)"],
  [[/\bAF_INET\b/, /\bSOCK_STREAM\b/],    "tcp(7)"],
  [[/\bAF_INET\b/, /\bSOCK_RAW\b/],       "raw(7)"],
  [[/\bAF_INET\b/],                       "ip(7)"],
  [[/\bAF_INET6\b/],                      "ipv6(7)"],
  [[/\bAF_UNIX\b/],                       "unix(7)"],
  [[/\bAF_NETLINK\b/],                    "netlink(7)"],
  [[/\bAF_PACKET\b/],                     "packet(7)"],
  [[/\bepoll_/],                          "epoll(7)"],
  [[/\bsetns\(|\bunshare\(/],             "namespaces(7)"],
];

/** `bind(2)`, …, `udp(7)`: of the calls first, in the order in which the source makes them. */
export function manualPages(source: string): readonly string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  const called = [...code.matchAll(/\b(\w+)\(/g)]
    .map((it) => it[1]!)
    .filter((it) => Object.hasOwn(syscalls, it));
  const pages = called.map((it) => `${PAGES[it] ?? it}(2)`);
  const topics = TOPICS.filter(([words]) => words.every((it) => it.test(code))).map(([, page]) => page);
  return [...new Set([...pages, ...topics])];
}
