/** The flags of open and of everything that takes some of them, in strace's words. */
import { i32 } from "../../memory/integer.ts";
import type { Type } from "../../memory/type.ts";
import { O, O_ACC } from "../constants/fcntl.ts";
import { flags, shown } from "./number.ts";

const { O_ACCMODE } = O_ACC;
const access = i32.as(O_ACC);

/** `O_NONBLOCK|O_CLOEXEC`, without an access mode: of pipe2 and dup3. */
export const plainFlags: Type<number> = flags(O, "O_");

/**
 * `O_RDWR|O_CREAT|O_CLOEXEC`: of open, and of fcntl's F_GETFL and F_SETFL. The access mode is a number, no
 * flags.
 */
export const openFlags: Type<number> = shown((value) => {
  const rest = value & ~O_ACCMODE;
  const [joined = ""] = plainFlags.show(rest).split(" ");
  return rest === 0 ? access.show(value) : `${access.show(value & O_ACCMODE)}|${joined}`;
});

/** Whether open looks at its mode: only where it may make a file. */
export const takesMode = (value: number): boolean => (value & (O.O_CREAT | O.__O_TMPFILE)) !== 0;
