/** How a struct of the kernel's relates to one that netlab declares by hand, for programs. */
import "./all-structs.ts";
import type { Btf } from "../kernel/btf.ts";
import { compare } from "../kernel/compare.ts";
import { layouts } from "../memory/layouts.ts";
import type { AnyStruct } from "../memory/struct.ts";

/** Sentences; none where netlab declares no struct of this name. */
export function relation(name: string, btf: Btf): readonly string[] {
  const declared = [...layouts.values()];
  const same = declared.filter((it) => tagOf(it) === name);
  const other = declared.find((it) => it.name === name && tagOf(it) !== name);
  return [
    ...same.flatMap((it) => agreement(it, btf)),
    ...(other === undefined ? [] : [`What programs call ${other.kind} ${name} is another one: the kernel's `
      + `name for it is ${tagOf(other)}, and netlab struct ${name} shows it.`]),
  ];
}

const tagOf = ({ name, options }: AnyStruct): string => options.btf ?? name;

function agreement(layout: AnyStruct, btf: Btf): readonly string[] {
  const compared = compare(layout, btf);
  if (compared === null) return [];
  const as = `netlab declares it by hand, for programs: netlab struct ${layout.name}.`;
  const found = compared.differences.map((it) => `${it.field}: there ${it.ours}, here ${it.kernel}.`);
  const says = compared.agrees ? "The two agree" : "The two differ";
  return [`${as} ${[says, ...compared.notes].join("; ")}.`, ...found];
}
