/** Evidence read aloud: what several sentences say of one call becomes one. */

/**
 * `["#7 recvfrom was given size 64", "#7 recvfrom returned 10"]` → `["#7 recvfrom was given size 64, returned
 * 10"]`.
 */
export function condensed(evidence: readonly string[]): readonly string[] {
  const out = new Map<string, string>();
  for (const [i, sentence] of evidence.entries()) {
    const [, call, rest = ""] = /^((?:[a-z][a-z0-9-]* )?#\d+ \w+) ([^\u00b7,#]*)$/.exec(sentence) ?? [];
    const key = call ?? `${i}`;
    const so = out.get(key);
    out.set(key, so === undefined ? sentence : `${so}, ${rest}`);
  }
  return [...out.values()];
}
