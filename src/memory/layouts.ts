/** Every struct declared in this process, by its tag, so that recorded bytes find their layout again. */
import type { AnyStruct } from "./struct.ts";

/**
 * A later declaration of the same tag takes the place of the earlier one:
 * one's own `sockaddr_in` is shown as one laid it out.
 */
export const layouts = new Map<string, AnyStruct>();
