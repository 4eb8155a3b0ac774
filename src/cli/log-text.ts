/** A log of strace's as it comes: from a file or standard input, in pieces, a byte a character. */
import { createReadStream } from "node:fs";
import { wrongUsage } from "./said.ts";
import { nameOf, unreadable } from "./saved-runs.ts";

/** In bytes. */
const PIECE = 1 << 18;

/** `file` is `-` for standard input. Throws a sentence (64) for what cannot be read, or is no text. */
export async function* logText(file: string): AsyncGenerator<string> {
  const stream = file === "-" ? process.stdin : createReadStream(file, { highWaterMark: PIECE });
  let isFirst = true;
  try {
    for await (const piece of stream.setEncoding("latin1") as AsyncIterable<string>) {
      if (isFirst) refuse(piece, file);
      isFirst = false;
      yield piece;
    }
  } catch (error) {
    throw unreadable(error, file);
  }
}

/** What is no log, by how it begins. */
function refuse(begin: string, file: string): void {
  const name = nameOf(file);
  if (/^\{"type":"run"/.test(begin)) {
    const again = file === "-" ? "netlab judge -" : `netlab judge ${file}`;
    throw wrongUsage(`${name} is a saved run of netlab's: ${again}`);
  }
  if (begin.includes("\0")) throw wrongUsage(`${name} is no text: explain reads what strace wrote`);
}
