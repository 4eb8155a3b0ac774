/** A look at a struct of the kernel, as its event keeps it. The supervisor makes it: a run reads no BTF. */
import { type KernelStruct, typeTable } from "../../kernel/type-table.ts";
import type { LookEvent } from "../events.ts";

/** Without text where the kernel has no BTF, or no such struct. */
export const lookAt = (what: KernelStruct): Pick<LookEvent, "of" | "text" | "memory"> =>
  ({ of: `the kernel's struct ${what.tag}`, text: typeTable(what), memory: null });
