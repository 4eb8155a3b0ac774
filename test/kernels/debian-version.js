/** The order of Debian's versions, deb-version(7), without epochs: kernels have none. */

/** Below 0 where `a` is older than `b`, 0 where they are the same. */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map(split);
  return comparePart(left[0], right[0]) || comparePart(left[1], right[1]);
}

/** 6.12.117 of 6.12.117-1~deb12u1. */
export const upstream = (version) => split(version)[0];

function split(version) {
  const at = version.lastIndexOf("-");
  return at < 0 ? [version, ""] : [version.slice(0, at), version.slice(at + 1)];
}

/** By turns what is no digit, character by character, and numbers. */
function comparePart(a, b) {
  const [left, right] = [a, b].map((it) => [...it.matchAll(/(\D*)(\d*)/g)]);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [[, words = "", digits = ""] = [], [, others = "", others10 = ""] = []] = [left[i], right[i]];
    const found = compareWords(words, others) || Number(digits) - Number(others10);
    if (found !== 0) return found;
  }
  return 0;
}

function compareWords(a, b) {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const found = rank(a[i]) - rank(b[i]);
    if (found !== 0) return found;
  }
  return 0;
}

/** ~ is before the end, the end before letters, and these before all else. */
function rank(character) {
  if (character === undefined) return 0;
  if (character === "~") return -1;
  return character.charCodeAt(0) + (/[A-Za-z]/.test(character) ? 0 : 256);
}
