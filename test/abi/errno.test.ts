/** The errors against the headers and the strerror of the C library. */
import { describe, expect, test } from "vitest";
import { EAGAIN, ECONNREFUSED, ERRNO, errnoName, errnoText } from "../../src/abi/errno.ts";
import { noCompiler, runC, valuesOf } from "./headers.ts";

describe("errno", () => {
  test.each([
    [1,    "EPERM",        "Operation not permitted"],
    [11,   "EAGAIN",       "Resource temporarily unavailable"],
    [35,   "EDEADLK",      "Resource deadlock avoided"],
    [95,   "EOPNOTSUPP",   "Operation not supported"],
    [111,  "ECONNREFUSED", "Connection refused"],
    [133,  "EHWPOISON",    "Memory page has hardware error"],
    [512,  "ERESTARTSYS",  "To be restarted if SA_RESTART is set"],
    [41,   "errno 41",     "Unknown error 41"],
    [4095, "errno 4095",   "Unknown error 4095"],
  ])("%i is %s: %s", (n, name, text) => {
    expect([errnoName(n), errnoText(name)]).toEqual([name, text]);
  });

  test("names stand alone, and a second name has the number of the first", () => {
    expect([EAGAIN, ERRNO.EWOULDBLOCK, ERRNO.EDEADLOCK, ECONNREFUSED]).toEqual([11, 11, 35, 111]);
  });

  test("a name that is none has no number, and no words but itself", () => {
    expect([ERRNO.EFOO, errnoText("EFOO")]).toEqual([undefined, "EFOO"]);
  });
});

const STRERROR = `
#include <stdio.h>
#include <string.h>
int main(void) {
#ifdef __GLIBC__
  for (int i = 1; i < 200; i++) printf("%s\\n", strerror(i));
#endif
}`;

describe.skipIf(noCompiler !== null)(`the C library ${noCompiler ?? ""}`, () => {
  test("has the same numbers", () => {
    const ours = Object.entries(ERRNO).map(([name, number]) => [name, BigInt(number)]);
    expect([...valuesOf(Object.keys(ERRNO), ["asm/errno.h"])]).toEqual(ours);
  });

  test("says the same words for every number up to 199, if it is glibc", ({ skip }) => {
    const words = noCompiler === null ? runC(STRERROR).output.trimEnd().split("\n") : [];
    if (words.length === 1) skip("another C library");
    expect(words).toEqual(words.map((_, i) => errnoText(errnoName(i + 1))));
    expect(words).toHaveLength(199);
  });
});
