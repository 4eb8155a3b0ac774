/** Releases of Linux by their first two numbers: which is older, which came next, which were looked at. */

/**
 * Of two releases that were looked at, "6.1" and "6.12", the last before a change and the first after it: the
 * change came with one of the releases between, or with the second.
 */
export type Between = readonly [before: string, after: string];

/** The oldest and the newest that declared paths were held against. */
export const LOOKED_AT = { oldest: "5.10", newest: "7.3" } as const;

/** By major number, the last release before the next one began: kernel.org's list of tags. */
const LAST: Readonly<Record<number, number>> = { 3: 19, 4: 20, 5: 19, 6: 19 };

/** `6.18` of `6.18.44-cloud-amd64`; null for what is no release. */
export const releaseIn = (text: string): string | null =>
  /^(?:v|linux )?(\d{1,3}\.\d{1,3})(?![\w])/i.exec(text)?.[1] ?? null;

/** Whether a release, `6.18.44-cloud`, is older than another, `6.19`. */
export const isOlder = (release: string, other: string): boolean => ordinal(release) < ordinal(other);

function ordinal(release: string): number {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  return major * 1000 + minor;
}

/** Whether there is, or was, a release of these numbers, as far as it is known. */
export function exists(release: string): boolean {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return minor <= (LAST[major] ?? minor);
}

/** When a change came, between two releases that were looked at: "6.18", or "6.2 … 6.12". */
export function cameWith([before, first]: Between): string {
  const [major = 0, minor = 0] = before.split(".").map(Number);
  const next = minor === LAST[major] ? `${major + 1}.0` : `${major}.${minor + 1}`;
  return next === first ? first : `${next} … ${first}`;
}

/** Where a release is: before a change, after it, or between what was looked at, so that nobody knows. */
export function against(release: string, [before, first]: Between): "before" | "after" | "unsure" {
  if (!isOlder(release, first)) return "after";
  return isOlder(before, release) ? "unsure" : "before";
}
