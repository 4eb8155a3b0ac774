/** With which release a function came or went: of those that were looked at, the last before and the first after. */
import type { Between } from "../release.ts";

export const BY_6_1: Between = ["5.10", "6.1"];
export const BY_6_12: Between = ["6.1", "6.12"];
export const BY_6_18: Between = ["6.12", "6.18"];
