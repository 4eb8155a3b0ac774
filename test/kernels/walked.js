/** Whether a path is taken as it is declared: each of its steps entered, in its order. */
import { callsIn } from "./graph.js";

/** Of the functions that stand in place of a step so many are told. */
const TOLD = 12;
/** How a step that is not as it is declared makes the path wrong. */
const WRONG = ["not entered", "in another order"];

/** How one is that is declared so: nothing is to be found in its place. */
const INLINED = "inlined there";

/**
 * A guest's run of walk.js, as guestIn tells it (undefined where there was none) → {paths, broken: lines that
 * say why they are not all there, or none}. `why` is what ended the guest, or null.
 */
export function walksIn({ run, off, rest, why }) {
  const paths = linesOf(run?.events).map((it) => walked(JSON.parse(it)));
  if (off && run?.code === 0 && paths.length > 0) return { paths, broken: [] };
  const what = off ? "the paths were not all taken" : why ?? "it did not come to its end";
  return { paths, broken: [what, ...linesOf(run?.said), ...rest] };
}

/** Whether a kernel takes a path otherwise than declared, or did not take all. */
export const isOtherwise = ({ paths, broken }) =>
  broken.length > 0 || paths.some(({ steps }) => steps.some(({ how }) => WRONG.includes(how)));

/**
 * Judges what walk.js printed of a path → {path, declared, entered: how many of them in their order, steps:
 * those that are otherwise: [{fn, how, instead: the functions in its place}]}. What one call has not may
 * another one have, as a receive that waits and one that does not. `how`:
 * - not entered, in another order: the path is not as it is declared
 * - inlined there: so it is declared, and it is not entered
 * - no function there: it has no symbol, so it is inlined there, or has another name
 * - only when …: it is declared to be passed on a condition, and in this run it was not
 * - cannot be traced there: it has one, but is none of the functions that a tracer can be attached to
 */
export function walked({ path, experiment, entry, graph, steps }) {
  const declared = steps.length;
  const calls = entry === null ? [] : callsIn(graph, entry).map((it) => marked(it.entered, steps));
  if (calls.length === 0) {
    const why = experiment === null ? "no experiment takes it" : `no call of ${entry} was traced`;
    return { path, declared, entered: 0, steps: [{ fn: steps[0].fn, how: "not entered", instead: [why] }] };
  }
  const orders = calls.map((it) => inOrder(it, declared));
  const most = orders.reduce((a, b) => (b.size > a.size ? b : a));
  const best = calls[orders.indexOf(most)];
  const ordered = new Set(orders.flatMap((it) => [...it.keys()]));
  const found = new Set(calls.flat().map((it) => it.step));
  const others = steps.flatMap((it, i) => {
    if (ordered.has(i)) return [];
    const how = found.has(i) ? "in another order" : absent(it);
    return [{ fn: it.fn, how, instead: how === INLINED ? [] : instead(best, i) }];
  });
  return { path, declared, entered: ordered.size, steps: others };
}

const linesOf = (text) => (text ?? "").split("\n").filter((it) => it !== "");

function absent({ hidden, when, traceable, known }) {
  if (hidden === "inlined") return INLINED;
  if (when) return `only when ${when}`;
  if (known.length + traceable.length === 0) return "no function there";
  return traceable.length === 0 ? "cannot be traced there" : "not entered";
}

/** The functions of a call, each with the number of the step that it is, or -1. */
function marked(entered, steps) {
  const symbols = steps.flatMap(({ fn, traceable }, i) => [fn, ...traceable].map((it) => [it, i]));
  const numbers = new Map(symbols);
  return entered.map(({ fn, depth }) => ({ fn, depth, step: numbers.get(fn) ?? -1 }));
}

/** The longest series of steps, in their order, that were entered one after the other: a step → its place. */
function inOrder(call, declared) {
  const longest = (series) => series.reduce((a, b) => (b.size > a.size ? b : a), new Map());
  // ending[i]: the longest series that ends with step i, as far as the call has been read.
  const ending = Array.from({ length: declared }, () => new Map());
  for (const [place, { step }] of call.entries()) {
    if (step < 0 || step >= declared) continue;
    const before = longest(ending.slice(0, step));
    if (before.size >= ending[step].size) ending[step] = new Map([...before, [step, place]]);
  }
  return longest(ending);
}

/**
 * What a call has in a step's place: from the last step before it that was entered, which is told first, to
 * the next one, or to where its caller returns, the functions on the way and those that were called besides.
 */
function instead(call, step) {
  const from = [...inOrder(call, step).values()].at(-1) ?? 0;
  const { depth } = call[from];
  const next = call.findIndex((it, i) => i > from && it.step > step);
  const end = call.findIndex((it, i) => i > from && it.depth < depth);
  const to = [next, end].find((it) => it >= 0) ?? call.length;
  const between = call.slice(from + 1, to).filter((it) => it.depth <= depth + 1);
  const places = [call[from], ...between, ...(next < 0 ? [] : way(call, from, next))];
  const told = [...new Set(places.map((it) => it.fn))];
  return told.length > TOLD ? [...told.slice(0, TOLD - 1), "…", told.at(-1)] : told;
}

/** The ancestors of a place that were entered after another one, and itself. */
function way(call, from, to) {
  const found = [call[to]];
  for (let i = to - 1; i > from; i--) if (call[i].depth < found[0].depth) found.unshift(call[i]);
  return found;
}
