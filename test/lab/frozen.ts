/** The same value, frozen all through: whoever judges a history must not write in it. */
export function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const it of Object.values(value)) frozen(it);
  }
  return value;
}
