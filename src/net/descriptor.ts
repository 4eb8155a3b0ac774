/** Descriptors that netlab keeps lie above those of the experiment, whose first socket is to be 3. */
import { F_DUPFD_CLOEXEC } from "../abi/constants/fcntl.ts";
import type { Calls } from "../sys/calls.ts";

/** The lowest number of them. */
const LOWEST = 64;

/** The same open file under a number out of the way, close-on-exec; the number it had is free again. */
export function aside({ fcntl, close }: Calls, fd: number): number {
  try {
    return fcntl(fd, F_DUPFD_CLOEXEC, LOWEST);
  } finally {
    close(fd);
  }
}
