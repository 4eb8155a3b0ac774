/**
 * The catalogue: all five study notes, in the order of study, and the look-up of a statement by its id.
 * Claims cite these ids; a coverage check counts which of them a claim confirms, corrects or contradicts,
 * and which are left.
 */
import { N0 } from "./n0.ts";
import { N1 } from "./n1.ts";
import { N2 } from "./n2.ts";
import { N3 } from "./n3.ts";
import { N4 } from "./n4.ts";
import type { Note, Statement } from "./note.ts";

/** The five notes, in the order of study. */
export const notes: readonly Note[] = [N0, N1, N2, N3, N4];

/** The statement with this id, `statement("N0-06")`; null when no note has it. */
export const statement = (id: string): Statement | null => byId.get(id) ?? null;

const byId = new Map(notes.flatMap(({ statements }) => statements).map((each) => [each.id, each]));
