/** How many columns of a terminal text takes. */

/**
 * East Asian characters and pictures take two columns; marks that combine with the letter before them, none.
 * Made when first asked for: V8 takes milliseconds for such a pattern.
 */
const wide = once(() => {
  const scripts = ["Han", "Hiragana", "Katakana", "Hangul"].map((it) => `\\p{Script=${it}}`).join("");
  return new RegExp(`[${scripts}\\p{Emoji_Presentation}\\u3000-\\u303e\\uff01-\\uff60]`, "u");
});
const none = once(() => /[\p{Mn}\p{Me}\p{Cf}]/u);
/** ASCII, Latin letters, and what reports draw with: punctuation, arrows, boxes, marks. A column each. */
const NARROW = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2713-\u2718]*$/;

export function columns(text: string): number {
  if (NARROW.test(text)) return text.length;
  return [...text].reduce((sum, it) => sum + (none().test(it) ? 0 : wide().test(it) ? 2 : 1), 0);
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
