/** How many columns of a terminal text takes. */

/** East Asian characters and pictures take two columns; marks that combine with the letter before them, none. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60]/u;
const NONE = /[\p{Mn}\p{Me}\p{Cf}]/u;

export function columns(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return [...text].reduce((sum, it) => sum + (NONE.test(it) ? 0 : WIDE.test(it) ? 2 : 1), 0);
}
