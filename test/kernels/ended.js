/** Why it ends before anything was judged: 64 wrong usage · 77 it cannot be done here, and what helps. */
export class Ended extends Error {
  constructor(exit, message) {
    super(message);
    this.exit = exit;
  }
}
