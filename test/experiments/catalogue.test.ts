/**
 * The catalogue of the notes' statements: none is missing, none is there twice, and each is one short
 * sentence. The counts are those of the notes when they were read; a statement that vanishes or is added by
 * mistake shows here.
 */
import { describe, expect, test } from "vitest";
import { N0 } from "../../experiments/catalogue/n0.ts";
import { N1 } from "../../experiments/catalogue/n1.ts";
import { N2 } from "../../experiments/catalogue/n2.ts";
import { N3 } from "../../experiments/catalogue/n3.ts";
import { N4 } from "../../experiments/catalogue/n4.ts";
import { cannot, note } from "../../experiments/catalogue/note.ts";
import { notes, statement } from "../../experiments/catalogue/notes.ts";

const longest = 140;

describe.each([
  ["N0", N0, 62],
  ["N1", N1, 89],
  ["N2", N2, 60],
  ["N3", N3, 87],
  ["N4", N4, 72],
] as const)("%s", (name, { id, title, statements }, count) => {
  test("bears its name and a title", () => {
    expect(id).toBe(name);
    expect(title).not.toBe("");
  });

  test(`has ${count} statements`, () => expect(statements).toHaveLength(count));

  test("ids begin with the note's name and ascend", () => {
    const numbers = statements.map((each) => Number(new RegExp(`^${name}-(\\d\\d)$`).exec(each.id)?.[1]));
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers.every((number) => number > 0)).toBe(true);
  });

  test.each(statements)("$id is one short sentence, of this note, under a heading", (each) => {
    expect(each.note).toBe(name);
    expect(each.section).toMatch(/\S/);
    expect(each.says).toMatch(/^\S.*\S\.$/);
    expect(each.says.length).toBeLessThanOrEqual(longest);
  });

  const unjudged = statements.filter(({ why }) => why !== null);
  test.each(unjudged)("$id says why no run judges it", ({ says, why }) => {
    expect(why).toMatch(/^\S.*\S\.$/);
    expect(why).not.toBe(says);
  });
});

describe("the whole catalogue", () => {
  const all = notes.flatMap(({ statements }) => statements);

  test("is the five notes in order", () => expect(notes).toEqual([N0, N1, N2, N3, N4]));

  test.each(["id", "says"] as const)("has no %s twice", (field) => {
    const values = all.map((each) => each[field]);
    expect(values.filter((value, at) => values.indexOf(value) < at)).toEqual([]);
  });

  test("finds every statement by its id", () => expect(all.map(({ id }) => statement(id))).toEqual(all));

  test.each(["", "N0", "N0-00", "N1-18", "N9-01", "toString"])("knows no statement %j", (id) =>
    expect(statement(id)).toBeNull());
});

test("note() makes a list of the table, in its order", () => {
  const table = {
    First: { "X-01": "One.", "X-02": cannot("Two.", "A definition.") },
    Second: { "X-03": "Three." },
  };
  expect(note("X", "An example", table)).toEqual({
    id: "X",
    title: "An example",
    statements: [
      { id: "X-01", note: "X", section: "First",  says: "One.",   why: null },
      { id: "X-02", note: "X", section: "First",  says: "Two.",   why: "A definition." },
      { id: "X-03", note: "X", section: "Second", says: "Three.", why: null },
    ],
  });
});
