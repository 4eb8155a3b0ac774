/**
 * The files a chamber shares with its supervisor. They have no name: nothing is left behind however either
 * ends.
 *
 *     the log    log.ts's records; word 2 of its header is the child's READY,
 *                word 3 the supervisor's GO: the job's length
 *     the desk   the job, as JSON
 *     the paper  whatever the experiment prints by itself
 */
import { closeSync, fstatSync, ftruncateSync, readSync, statfsSync, writeSync } from "node:fs";
import { HEADER } from "../../sys/log-format.ts";
import type { LogBytes } from "../../sys/log-reader.ts";
import { folderForFiles, unnamedFile } from "../unnamed-file.ts";

/** Words of the log's header, counted in 4 bytes. */
export const WORD = { head: 0, ids: 1, ready: 2, go: 3, line: 4 } as const;
/** The most a log may hold, in bytes; less where /dev/shm has less room. */
const LARGEST = 256 << 20;
const SMALLEST = 4 << 20;
/** So much of it, at its end, is for the last words of the parties: a full log is to be told. */
export const LAST_WORDS = 2 << 20;

/** Descriptors of the three files, and the log's size in bytes. */
export interface SharedFiles {
  readonly log: number;
  readonly desk: number;
  readonly paper: number;
  readonly size: number;
  close(): void;
}

/** Opens the files. Throws Error where no folder takes them. */
export function sharedFiles(): SharedFiles {
  const folder = folderForFiles();
  const { bavail, bsize } = statfsSync(folder);
  const size = Math.max(SMALLEST, Math.min(LARGEST, Math.floor((bavail * bsize) / 4)));
  const [log, desk, paper] = [unnamedFile(folder), unnamedFile(folder), unnamedFile(folder)];
  ftruncateSync(log, size);
  return {
    log, desk, paper, size,
    close: () => [log, desk, paper].forEach((fd) => void closeSync(fd)),
  };
}

/** One of WORD's in the log's header. */
export function readWord(log: number, word: number): number {
  const four = Buffer.alloc(4);
  readSync(log, four, 0, 4, word * 4);
  return four.readInt32LE(0);
}

/** Sets one of them. */
export function writeWord(log: number, word: number, value: number): void {
  const four = Buffer.alloc(4);
  four.writeInt32LE(value);
  writeSync(log, four, 0, 4, word * 4);
}

/** The log's bytes from `from` to where its head stood, both before and after they were read. */
export function readLog(log: number, from: number): LogBytes {
  const head = readWord(log, WORD.head) * 8;
  const bytes = Buffer.alloc(Math.max(0, head - from));
  readSync(log, bytes, 0, bytes.length, from);
  const end = Math.min(head, readWord(log, WORD.head) * 8);
  return { bytes: bytes.subarray(0, Math.max(0, end - from)), base: from };
}

/** What was printed since it was `from` bytes long. */
export function readPaper(paper: number, from: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, fstatSync(paper).size - from));
  return bytes.subarray(0, readSync(paper, bytes, 0, bytes.length, from));
}

/** Where the records of a log begin, in bytes. */
export const LOG_BEGIN = HEADER;
