/** Waiting for what the kernel does a moment after it was asked, in a worker of its own. */

/** So often it is looked at, a millisecond apart. */
const LOOKS = 2000;

/** Waits until it is so. Throws Error with that sentence where it does not become so. */
export function until(so: () => boolean, otherwise: string): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let look = 0; look < LOOKS; look++) {
    if (so()) return;
    Atomics.wait(clock, 0, 0, 1);
  }
  throw new Error(otherwise);
}
