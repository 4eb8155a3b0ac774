/** Whether a path is taken as it is declared: each of its steps entered, inside its caller, in its order. */
import { callsIn } from "./graph.js";
import { matched } from "./matched.js";

/** Of the functions that stand in place of a step so many are told. */
const TOLD = 12;
/** How a step that is not as it is declared makes the path wrong. */
const WRONG = ["not entered", "in another order", "inside another function", "not around what it calls"];
/** From this release on the shape of the tree has to be right; of older ones it is only told. */
const SHAPED = 6012;

/** How one is that is declared so: nothing is to be found in its place. */
const INLINED = "inlined there";

/**
 * A guest's run of walk.js, as guestIn tells it (undefined where there was none) → {paths, broken: lines that
 * say why they are not all there, or none}. `why` is what ended the guest, or null.
 */
export function walksIn({ run, off, rest, why }) {
  const paths = linesOf(run?.events).flatMap((it) => {
    const { experiment, graph, paths: own } = JSON.parse(it);
    return own.map((path) => walked({ experiment, graph, ...path }));
  });
  if (off && run?.code === 0 && paths.length > 0) return { paths, broken: [] };
  const what = off ? "the paths were not all taken" : why ?? "it did not come to its end";
  return { paths, broken: [what, ...linesOf(run?.said), ...rest] };
}

/** Whether a kernel takes a path otherwise than declared, or did not take all. */
export const isOtherwise = ({ paths, broken }) =>
  broken.length > 0 || paths.some(({ steps }) => steps.some(({ how }) => WRONG.includes(how)));

/**
 * Judges what walk.js printed of a path → {path, declared, entered: how many of them in their place, steps:
 * those that are otherwise: [{fn, how, instead: the functions in its place}]}. What one call has not may
 * another one have, as a receive that waits and one that does not. `how`:
 * - not entered, in another order, inside another function, not around what it calls: the path is not as it
 *   is declared
 * - before what it calls there: on an older kernel that is entered beside it, not inside
 * - inlined there: so it is declared, and it is not entered
 * - no function there: it has no symbol, so it is inlined there, or has another name
 * - only when …: it is declared to be passed on a condition, and in this run it was not
 * - cannot be traced there: it has one, but is none of the functions that a tracer can be attached to
 */
export function walked({ path, kernel, experiment, entries, graph, steps }) {
  const declared = steps.length;
  const stepsOf = symbolsOf(steps);
  const [major, minor] = kernel.split(".").map(Number);
  const shaped = major * 1000 + minor >= SHAPED;
  const calls = callsIn(graph, entries)
    .flatMap(({ entered }) => fromRoot(entered, stepsOf))
    .map((entered) => ({ entered, found: matched(entered, steps, stepsOf) }));
  if (calls.every(({ found }) => found.size === 0)) {
    const traced = calls.length > 0 ? "no step of it was entered"
      : `no call of ${entries.join(", ")} was traced`;
    const why = experiment === null ? "no experiment takes it" : traced;
    return { path, declared, entered: 0, steps: [{ fn: steps[0].fn, how: "not entered", instead: [why] }] };
  }
  const best = calls.reduce((a, b) => (b.found.size > a.found.size ? b : a));
  const laid = new Set(calls.flatMap((it) => [...it.found.keys()]));
  const found = new Set(steps.map((_, i) => i)
    .filter((it) => laid.has(it) || isAlternative(it, { steps, calls, shaped })));
  const others = steps.flatMap((it, i) => {
    if (found.has(i)) return [];
    const how = elsewhere(i, { shaped, steps, stepsOf, calls, found }) ?? absent(i, steps);
    const told = how === "inside another function" ? around(i, stepsOf, calls) : instead(best, i, steps);
    return [{ fn: it.fn, how, instead: how === INLINED ? [] : told }];
  });
  return { path, declared, entered: found.size, steps: others };
}

const linesOf = (text) => (text ?? "").split("\n").filter((it) => it !== "");

/** A function → the steps that it may be. */
function symbolsOf(steps) {
  const found = new Map();
  for (const [i, { fn, traceable }] of steps.entries()) {
    for (const it of new Set([fn, ...traceable])) found.set(it, [...(found.get(it) ?? []), i]);
  }
  return (fn) => found.get(fn) ?? [];
}

/**
 * A way that begins inside a call may be taken several times in it, by a packet each: the parts of a call that
 * its first function is around. The whole call, where that is its own, or is not entered.
 */
function fromRoot(entered, stepsOf) {
  const roots = entered.map((_, i) => i).filter((it) => stepsOf(entered[it].fn).includes(0));
  if (roots.length === 0) return [entered];
  return roots.map((root) => {
    const end = entered.findIndex((it, i) => i > root && it.depth <= entered[root].depth);
    return entered.slice(root, end < 0 ? entered.length : end);
  });
}

/** Whether a step on a condition, by itself, is inside its callers: of two such a call may take one. */
function isAlternative(step, { steps, calls, shaped }) {
  if (conditionOf(step, steps) === undefined) return false;
  const chain = [...ancestors(steps, step).reverse(), step];
  const own = symbolsOf(chain.map((it) => steps[it]));
  return calls.some(({ entered }) => {
    const found = matched(entered, chain.map((it) => steps[it]), own);
    const isAround = (i) => found.has(i) || !entered.some(({ fn }) => own(fn).includes(i));
    return found.has(chain.length - 1) && (!shaped || chain.every((_, i) => isAround(i)));
  });
}

/** What it needs to be passed, or what a caller of it needs; undefined where nothing. */
const conditionOf = (step, steps) =>
  [step, ...ancestors(steps, step)].map((it) => steps[it].when).find(Boolean);

/** Of a step that is not in its place, but entered: how that is; null where it is not. */
function elsewhere(step, { shaped, steps, stepsOf, calls, found }) {
  const above = ancestors(steps, step);
  const callers = calls.flatMap(({ entered }) => entered.flatMap(({ fn }, place) =>
    (stepsOf(fn).includes(step) ? [stepsAround(entered, place, stepsOf)] : [])));
  if (callers.length === 0) return null;
  const isInside = callers.some((it) => it === null || it.some((one) => above.includes(one)));
  if (!isInside) return "inside another function";
  const hasCallees = steps.some((_, i) => found.has(i) && ancestors(steps, i).includes(step));
  if (!hasCallees) return "in another order";
  return shaped ? "not around what it calls" : "before what it calls there";
}

function ancestors(steps, step) {
  const caller = steps.findLastIndex((it, i) => i < step && it.depth < steps[step].depth);
  return caller < 0 ? [] : [caller, ...ancestors(steps, caller)];
}

/** The places of the functions that a place lies inside, the nearest first. */
function placesAround(entered, place) {
  const caller = entered.findLastIndex((it, i) => i < place && it.depth < entered[place].depth);
  return caller < 0 ? [] : [caller, ...placesAround(entered, caller)];
}

/** The steps that the nearest function around a place may be that is one; null where none is. */
const stepsAround = (entered, place, stepsOf) =>
  placesAround(entered, place).map((it) => stepsOf(entered[it].fn)).find((it) => it.length > 0) ?? null;

/** The functions around the first place of a step, outermost first. */
function around(step, stepsOf, calls) {
  for (const { entered } of calls) {
    const place = entered.findIndex(({ fn }) => stepsOf(fn).includes(step));
    const places = place < 0 ? [] : [...placesAround(entered, place).reverse(), place];
    if (place >= 0) return shortened(places.map((it) => entered[it].fn));
  }
  return [];
}

function absent(step, steps) {
  const { hidden, traceable, known } = steps[step];
  if (hidden === "inlined") return INLINED;
  const condition = conditionOf(step, steps);
  if (condition !== undefined) return `only when ${condition}`;
  if (known.length + traceable.length === 0) return "no function there";
  return traceable.length === 0 ? "cannot be traced there" : "not entered";
}

/**
 * What a call has in a step's place: from the last step before it that was entered, which is told first, to
 * the next one, or to where its caller returns, the functions on the way and those that were called besides.
 */
function instead({ entered, found }, step, steps) {
  const before = steps.map((_, i) => i).filter((it) => it < step && found.has(it)).at(-1);
  const from = before === undefined ? 0 : found.get(before);
  const { depth } = entered[from];
  const after = steps.map((_, i) => i).find((it) => it > step && found.has(it) && found.get(it) > from);
  const next = after === undefined ? -1 : found.get(after);
  const end = entered.findIndex((it, i) => i > from && it.depth < depth);
  const to = [next, end].find((it) => it >= 0) ?? entered.length;
  const between = entered.slice(from + 1, to).filter((it) => it.depth <= depth + 1);
  const way = next < 0 ? [] : [...placesAround(entered, next).filter((it) => it > from).reverse(), next];
  return shortened([entered[from], ...between, ...way.map((it) => entered[it])].map((it) => it.fn));
}

function shortened(functions) {
  const told = [...new Set(functions)];
  return told.length > TOLD ? [...told.slice(0, TOLD - 1), "…", told.at(-1)] : told;
}
