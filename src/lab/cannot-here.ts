/**
 * An experiment cannot run here, as it turned out while it ran: it is not broken. The message says why, and
 * what would help.
 */
export class CannotHere extends Error {
  override readonly name = "CannotHere";
}
