/** A declared tree of steps, laid over the tree of functions that a call entered. */

/**
 * The most steps that can be found in one call, each inside the nearest one above it that was found, and in
 * their order: a step → the place of its function in `entered`. What was not found is passed over, with what
 * it calls tried in its stead. A tail call is no exception: the tracer shows who was jumped to inside who
 * jumped.
 *
 * `entered`: [{fn, depth}], `steps`: [{depth}], `stepsOf`: a function → the steps that it may be.
 */
export function matched(entered, steps, stepsOf) {
  const places = steps.map(() => []);
  for (const [place, { fn }] of entered.entries()) for (const step of stepsOf(fn)) places[step].push(place);
  const ends = endsOf(entered);
  const below = endsOf(steps);
  const known = new Map();

  /** Of steps from `step` on and before `last`, in the functions from `from` on and before `to`. */
  function most(step, last, from, to) {
    if (step >= last || from >= to) return null;
    const key = `${step} ${last} ${from} ${to}`;
    if (!known.has(key)) known.set(key, better(step, last, from, to));
    return known.get(key);
  }

  function better(step, last, from, to) {
    let best = most(step + 1, last, from, to);
    for (const place of places[step].filter((it) => it >= from && it < to)) {
      const inside = most(step + 1, below[step], place + 1, ends[place]);
      const after = most(below[step], last, ends[place], to);
      const count = 1 + (inside?.count ?? 0) + (after?.count ?? 0);
      if (count > (best?.count ?? 0)) best = { count, step, place, inside, after };
    }
    return best;
  }

  return new Map(pairs(most(0, steps.length, 0, entered.length)));
}

function pairs(found) {
  return found === null ? [] : [[found.step, found.place], ...pairs(found.inside), ...pairs(found.after)];
}

/** Of each the place behind all that it calls. */
const endsOf = (list) => list.map(({ depth }, i) => {
  const end = list.findIndex((it, j) => j > i && it.depth <= depth);
  return end < 0 ? list.length : end;
});
