/** `struct --all` means all: every file that declares a struct is loaded. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const abi = new URL("../../src/abi/", import.meta.url);
const declaring = ["headers", "structs"]
  .flatMap((folder) => readdirSync(new URL(folder, abi)).map((file) => `${folder}/${file}`))
  .filter((file) => /\b(struct|union)\("/.test(readFileSync(new URL(file, abi), "utf8")));

test("every file of src/abi that declares a struct is named in all-structs.ts", () => {
  const text = readFileSync(new URL("../../src/cli/all-structs.ts", import.meta.url), "utf8");
  const loaded = [...text.matchAll(/^import "\.\.\/abi\/(.*)";$/gm)].map((it) => it[1]);
  expect(declaring.length).toBeGreaterThan(20);
  expect(loaded).toEqual(declaring);
});
