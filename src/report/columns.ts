/** How many columns of a terminal text takes. */

/**
 * East Asian characters and pictures take two columns; marks that combine with the letter before them, none.
 */
const SCRIPTS = ["Han", "Hiragana", "Katakana", "Hangul"].map((it) => `\\p{Script=${it}}`).join("");
const WIDE = new RegExp(`[${SCRIPTS}\\p{Emoji_Presentation}\\u3000-\\u303e\\uff01-\\uff60]`, "u");
const NONE = /[\p{Mn}\p{Me}\p{Cf}]/u;

export function columns(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return [...text].reduce((sum, it) => sum + (NONE.test(it) ? 0 : WIDE.test(it) ? 2 : 1), 0);
}
