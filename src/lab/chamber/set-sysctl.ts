/** Sysctls of the run's own namespace: where one is missing or may not be set, the run cannot be had here. */
import { sysctl } from "../../net/sysctl.ts";
import { CannotHere } from "../cannot-here.ts";

/** Throws CannotHere where it may not be set so, and RangeError for a name that is none of a namespace's. */
export function setSysctl(name: string, value: number | string): void {
  try {
    sysctl(name, value);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new CannotHere((error as Error).message);
  }
}
