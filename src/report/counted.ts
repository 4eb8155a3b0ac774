/** Numbers and how often, in words. */

/** `65,507` */
export const counted = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

/** `1st`, `2nd`, `3rd`, `11th` */
export function ordinal(n: number): string {
  const teens = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${(teens ? undefined : (["th", "st", "nd", "rd"] as const)[n % 10]) ?? "th"}`;
}

/** `1 call`, `2 calls` */
export const many = (n: number, noun: string): string => `${counted(n)} ${noun}${n === 1 ? "" : "s"}`;
