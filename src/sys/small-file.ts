/** Small files, such as those in which the kernel tells of itself: /proc, /sys. */
import { readFileSync } from "node:fs";

/** The text of a file, a byte a character, without spaces around it; null where it cannot be read. */
export function smallFile(path: string): string | null {
  try {
    return readFileSync(path, "latin1").trim();
  } catch {
    return null;
  }
}
