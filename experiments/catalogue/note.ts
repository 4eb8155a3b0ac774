/**
 * The catalogue's vocabulary: a study note is a list of statements, and a statement is one sentence that a
 * run can confirm, correct or contradict. No verdict is written here: the experiments' claims cite a
 * statement by its id and find out. What no run can judge carries the reason instead, so that it counts as
 * left out and not as forgotten.
 */

/**
 * One checkable sentence of a study note. `why` says why it cannot be judged by a run (a definition, or
 * nothing here can show it), else null.
 */
export interface Statement {
  readonly id: string;
  readonly note: string;
  readonly section: string;
  readonly says: string;
  readonly why: string | null;
}

/** A study note: its short name, which begins its ids, its title, its statements in the order of reading. */
export interface Note {
  readonly id: string;
  readonly title: string;
  readonly statements: readonly Statement[];
}

/** What stands beside an id: the sentence alone, or, by `cannot`, the sentence and why no run judges it. */
export type Entry = string | { readonly says: string; readonly why: string };

/** The note's headings, in order, and under each the entries by id. */
export type Sections = Readonly<Record<string, Readonly<Record<string, Entry>>>>;

/**
 * A note from the table that it is written as, in the table's order:
 * `note("N0", "Raw system calls", { "Building": { "N0-01": "…", "N0-48": cannot("…", "It needs …") } })`
 */
export function note(id: string, title: string, sections: Sections): Note {
  const statements = Object.entries(sections).flatMap(([section, entries]) =>
    Object.entries(entries).map(([key, entry]): Statement =>
      ({ id: key, note: id, section, ...sentence(entry) })));
  return { id, title, statements };
}

/** A sentence that no run can judge, with the reason: a definition, or nothing observable here shows it. */
export const cannot = (says: string, why: string) => ({ says, why });

const sentence = (entry: Entry) => typeof entry === "string" ? { says: entry, why: null } : entry;
