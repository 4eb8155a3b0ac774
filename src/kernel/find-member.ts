/**
 * Where a member lies in a struct, however deep: in the structs that lie inside it, not behind its pointers.
 */
import type { KernelLayout, KernelMember } from "./btf-layout.ts";

/** One place of a member. */
export interface MemberPlace {
  /** "inet_conn.icsk_inet.sk.__sk_common.skc_state"; of an array, its first element: "frags[0].len". */
  readonly path: string;
  readonly member: KernelMember;
}

/** Every member of a struct, those of anonymous structs as its own, as in C. Each before what is inside. */
export function* places(layout: KernelLayout, before = ""): Generator<MemberPlace> {
  for (const member of layout.members) {
    const { name, inside, type } = member;
    if (name !== "") yield { path: before + name, member };
    const first = /\[\d+\]$/.test(type) ? "[0]" : "";
    if (inside !== null) yield* places(inside, name === "" ? before : `${before}${name}${first}.`);
  }
}

/**
 * The places that a name means, or a path, "__sk_common.skc_state". A path may leave out what lies between
 * its members; an index is not looked at.
 */
export function findMember(layout: KernelLayout, wanted: string): readonly MemberPlace[] {
  const names = segments(wanted);
  const last = names.pop();
  return [...places(layout)].filter(({ path }) => {
    const steps = segments(path);
    return steps.pop() === last && names.every((it) => takeUntil(steps, it));
  });
}

const segments = (path: string): string[] => path.replace(/\[\d*\]/g, "").split(".");

/** Drops steps up to a name and the name; whether it was there. */
function takeUntil(steps: string[], name: string): boolean {
  const at = steps.indexOf(name);
  steps.splice(0, at + 1);
  return at >= 0;
}
