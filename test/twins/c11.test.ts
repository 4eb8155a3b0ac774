/** What the note says of C: strict C11, calls that have no number, and libc's functions beside syscall(2). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cannotBuild, cannotTrace, Workshop } from "./built.ts";
import { sameLines } from "./same-lines.ts";

const PROGRAMS = ["raw_udp_syscall", "raw_tcp_syscall", "memory_explicit", "tcp_vs_udp_side_by_side", "mmsghdr_batch"] as const;
const skipped = (why: string | null): string => (why === null ? "" : ` (skipped: ${why})`);

const workshop = new Workshop();
afterAll(() => workshop[Symbol.dispose]());

describe.skipIf(cannotBuild !== null)(`gcc -std=c11 -Wall -Werror${skipped(cannotBuild)}`, () => {
  const strict = (text: string): string => workshop.compiled(text, "-std=c11", "-Wall", "-Werror", "-fsyntax-only");

  test.each(PROGRAMS)("%s compiles by itself with _GNU_SOURCE, and not without", (name) => {
    const text = readFileSync(`native-shims/${name}.c`, "utf8");
    const without = text.replace(/^#define _GNU_SOURCE.*$/m, "");
    expect(without).not.toBe(text);
    expect(text).not.toMatch(/#include "/);
    expect(strict(text)).toBe("");
    expect(strict(without)).toMatch(/error: implicit declaration of function .syscall|error: .*undeclared|error: .*incomplete type/);
  });

  const numbered = process.arch === "x64" || process.arch === "arm64";
  const where = numbered ? "" : ` (skipped: ${process.arch} has numbers of its own)`;
  test.skipIf(!numbered).for([
    ["SYS_sendto", ""], ["SYS_recvfrom", ""], ["SYS_send", "SYS_send"], ["SYS_recv", "SYS_recv"],
  ] as const)(`%s on ${process.arch}${where}`, ([name, undeclared]) => {
    const said = strict(`#include <sys/syscall.h>\nint main(void) { return ${name} == 0; }\n`);
    expect(said.includes("undeclared") ? /.(SYS_\w+). undeclared/.exec(said)![1] : said).toBe(undeclared);
  });
});

/** One program, written by libc's functions and by syscall(2): the lines of either. */
const BOTH = [
  ["socket(AF_INET, SOCK_DGRAM, 0)",                       "syscall(SYS_socket, AF_INET, SOCK_DGRAM, 0)"],
  ["bind(3, (void *)&addr, sizeof addr)",                  "syscall(SYS_bind, 3, &addr, sizeof addr)"],
  ["getsockname(3, (void *)&addr, &len)",                  "syscall(SYS_getsockname, 3, &addr, &len)"],
  ["connect(3, (void *)&addr, sizeof addr)",               "syscall(SYS_connect, 3, &addr, sizeof addr)"],
  ["sendto(3, \"ab\", 2, 0, (void *)&addr, sizeof addr)",  "syscall(SYS_sendto, 3, \"ab\", 2, 0, &addr, sizeof addr)"],
  ["send(3, \"abc\", 3, MSG_DONTWAIT)",                    "syscall(SYS_sendto, 3, \"abc\", 3, MSG_DONTWAIT, NULL, 0)"],
  ["recvfrom(3, buf, 9, 0, (void *)&addr, &len)",          "syscall(SYS_recvfrom, 3, buf, 9, 0, &addr, &len)"],
  ["recv(3, buf, 9, MSG_DONTWAIT)",                        "syscall(SYS_recvfrom, 3, buf, 9, MSG_DONTWAIT, NULL, NULL)"],
  ["shutdown(3, SHUT_RDWR)",                               "syscall(SYS_shutdown, 3, SHUT_RDWR)"],
  ["close(3)",                                             "syscall(SYS_close, 3)"],
] as const;
const program = (lines: readonly string[]): string => `
#define _GNU_SOURCE
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
  struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t len = sizeof addr;
  char buf[9];
  long n = 0;
${lines.map((it) => `  n += ${it};`).join("\n")}
  return n < 0;
}
`;

describe.skipIf(cannotTrace !== null)(`libc beside syscall(2)${skipped(cannotTrace)}`, () => {
  const callsOf = (name: string, lines: readonly string[]): readonly string[] => {
    const file = join(workshop.folder, name);
    expect(workshop.compiled(program(lines), "-O2", "-Wall", "-o", file)).toBe("");
    const { calls } = workshop.traced(file);
    const made = calls.slice(calls.findIndex((it) => it.name === "socket"));
    return sameLines(made.filter((it) => it.name !== "exit_group"));
  };

  test("libc's functions of sockets make the same calls, one each, and nothing before them", () => {
    const [libc, raw] = [callsOf("libc", BOTH.map(([it]) => it)), callsOf("raw", BOTH.map(([, it]) => it))];
    expect(libc).toEqual(raw);
    expect(libc).toHaveLength(BOTH.length);
    expect(libc[5]).toBe('sendto(3, "abc", 3, MSG_DONTWAIT, NULL, 0) = 3');
  });
});
