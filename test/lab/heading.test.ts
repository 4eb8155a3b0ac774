/** Where the rows of a table begin: below one line, or below the two of /proc/net/dev. */
import { expect, test } from "vitest";
import { headingLines } from "../../src/lab/heading.ts";

test.for([
  ["sl  local_address",  "0: 0100007F:1F90",       1],
  ["Num       RefCount", "0000: 00000002 /run/a|b", 1],
  ["Inter-|   Receive",  " face |bytes",           2],
] as const)("%j and %j: %i", ([first, second, lines]) => expect(headingLines([first, second])).toBe(lines));
