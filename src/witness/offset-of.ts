/** Where a member of a struct lies, in bytes, for readers that make no views. There must be such a member. */
import type { AnyStruct } from "../memory/struct.ts";

export const offsetOf = (layout: AnyStruct, member: string): number =>
  layout.fields.find(({ name }) => name === member)!.offset;
