/** A look at a struct that the kernel has not, or cannot tell of: the event says which, and has no text. */
import { expect, test } from "vitest";
import { lookAt } from "../../src/lab/chamber/look-event.ts";

test("a struct that there is not", () =>
  expect(lookAt({ tag: "no_such_struct", members: [] })).toEqual({ of: "the kernel's struct no_such_struct", text: null, memory: null }));
