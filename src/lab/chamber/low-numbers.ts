/**
 * The lowest descriptors belong to the experiment, so that its first socket is 3,
 * as in the notes: what else is opened lies above them.
 */
import { F_GETFD, FD_CLOEXEC, O_CLOEXEC } from "../../abi/constants/fcntl.ts";
import { cross } from "../../sys/libc.ts";
import { numberOf } from "../../sys/number-of.ts";
import { FD } from "./job.ts";

const LOW: readonly number[] = Array.from({ length: FD.highest - FD.lowest + 1 }, (_, i) => FD.lowest + i);
/** The paper is always open. */
const PAPER = 1;

const flagsOf = (fd: number): number => cross(numberOf("fcntl"), [fd, F_GETFD, 0]);

/** Frees these, or all of the lowest. */
export function free(fds: readonly number[] = LOW): void {
  for (const fd of fds) cross(numberOf("close"), [fd]);
}

/** Runs `make` while those that are free are taken: the descriptors that it leaves open lie above. */
export function above<T>(make: () => T): T {
  const taken = LOW.filter((fd) => flagsOf(fd) < 0 && cross(numberOf("dup3"), [PAPER, fd, O_CLOEXEC]) === fd);
  try {
    return make();
  } finally {
    free(taken);
  }
}

/**
 * What a process gets that this one starts: the open ones under their numbers,
 * as over execve(2); the rest is taken, for it to free.
 */
export function handedOn(): {
  readonly stdio: readonly (number | "ignore")[]; readonly taken: readonly number[];
} {
  const taken = LOW.filter((fd) => flagsOf(fd) < 0 || (flagsOf(fd) & FD_CLOEXEC) !== 0);
  const low = LOW.map((fd) => (taken.includes(fd) ? PAPER : fd));
  return { stdio: ["ignore", PAPER, 2, ...low, FD.log], taken };
}
