/**
 * `netlab struct NAME --kernel`: a type of the running kernel, of a module that is loaded, or of another
 * kernel's BTF.
 */
import { release } from "node:os";
import { type Btf, kernelBtf } from "../kernel/btf.ts";
import { BtfError } from "../kernel/btf-file.ts";
import type { KernelLayout } from "../kernel/btf-layout.ts";
import { type BtfSource, btfFrom, moduleKnowing } from "../kernel/btf-source.ts";
import { findMember, type MemberPlace, places } from "../kernel/find-member.ts";
import { headerNames } from "../kernel/header-names.ts";
import type { NamedType } from "../kernel/named-type.ts";
import { EXIT } from "../lab/exit-code.ts";
import { many } from "../report/counted.ts";
import { fold } from "../report/fold.ts";
import { kernelStructLines, titleOf, valueLines } from "../report/kernel-struct-lines.ts";
import { BLANK, flushRight, type Line, piece } from "../report/line.ts";
import { memberLines } from "../report/member-lines.ts";
import { type Pen, pen } from "../report/pen.ts";
import { prose } from "../report/prose.ts";
import { placesJson, typeJson } from "./kernel-struct-json.ts";
import { relation } from "./kernel-struct-relation.ts";
import { Said, wrongUsage } from "./said.ts";
import { unreadable } from "./saved-runs.ts";
import { type LookOptions, styleOf } from "./screen.ts";
import type { Shell } from "./shell.ts";
import { didYouMean } from "./suggest.ts";

export interface KernelStructOptions extends LookOptions {
  /** A BTF file in place of the running kernel's. */
  readonly btf?: string;
  /** How many structs deep it is opened; those without a name always are. */
  readonly depth?: number;
  /** A member, or the end of a path to it. */
  readonly find?: string;
  readonly json?: boolean;
}

/**
 * `asked`: a name, also with a member's behind it, "sock.sk_state"; without one, all names are told. Throws a
 * sentence (64, 77).
 */
export function kernelStruct(
  shell: Shell, asked: string | undefined, { btf, depth = 0, find, json, ...look }: KernelStructOptions,
): number {
  const from = source(btf);
  if (asked === undefined) {
    const example = `netlab struct sock --find ${find}`;
    if (find !== undefined) throw wrongUsage(`--find ${find} takes a struct: ${example}`);
    const names = asking(() => from.btf.typeNames());
    shell.out.write(json ? `${JSON.stringify(names)}\n` : names.map((it) => `${it}\n`).join(""));
    return EXIT.proven;
  }
  const [name, member] = split(asked, find);
  const found = known(name, from);
  const paper = pen(styleOf(look));
  shell.out.write(asking(() => (member === undefined
    ? typesText(found, depth, json ? null : paper) : placesText(found, member, json ? null : paper))));
  return EXIT.proven;
}

/** Objects where there is no pen. */
function typesText(known: Known, depth: number, paper: Pen | null): string {
  const { types, name, from } = known;
  if (paper === null) return objects(types.map((it) => typeJson(it, name, depth, from)));
  return pages(types.map((it) => page(it, known, depth, paper)), from, paper);
}

function placesText({ types, name, from }: Known, member: string, paper: Pen | null): string {
  const found = sought(types, name, member);
  if (paper === null) return objects(found.map((it) => placesJson(it.layout, name, it.places, from)));
  return pages(found.map((it) => foundPage(it, name, paper)), from, paper);
}

const objects = (all: readonly object[]): string => all.map((it) => `${JSON.stringify(it)}\n`).join("");

function pages(all: readonly (readonly Line[])[], from: string, paper: Pen): string {
  const lines = all.flatMap((it, i) => [...(i > 0 ? [BLANK] : []), ...it]);
  return paper.print([...lines, ...prose(`From ${from}.`, paper, "dim")]);
}

/** A name holds no dot: what follows one is a member. */
function split(given: string, find: string | undefined): readonly [name: string, member: string | undefined] {
  const asked = given.replace(/^(struct|union|enum) /, "");
  const [, name = asked, member] = /^([^.]*)\.(.+)$/.exec(asked) ?? [];
  if (member === undefined) return [name, find?.startsWith(`${name}.`) ? find.slice(name.length + 1) : find];
  if (find === undefined) return [name, member];
  throw wrongUsage(`${asked} asks for a member already: leave out --find ${find}`);
}

function source(file: string | undefined): BtfSource {
  if (file !== undefined) return asking(() => btfFrom(file), file);
  const btf: Btf | null = asking(kernelBtf);
  if (btf !== null) return { btf, file: null };
  throw new Said(EXIT.cannot, "there is no BTF of a running kernel here that can be read: "
    + "/sys/kernel/btf/vmlinux is there where a kernel was built with CONFIG_DEBUG_INFO_BTF. "
    + "--btf FILE takes another kernel's");
}

interface Known {
  readonly name: string;
  readonly types: readonly NamedType[];
  readonly btf: Btf;
  /** "the BTF of Linux 6.12.1" */
  readonly from: string;
}

/** The types of a name; where the kernel has none, of a module that is loaded. */
function known(name: string, { btf, file }: BtfSource): Known {
  const types = asking(() => btf.types(name));
  const from = file === null ? `the BTF of Linux ${release()}` : `the BTF in ${file}`;
  if (types.length > 0) return { name, types, from, btf };
  const module = file === null ? asking(() => moduleKnowing(name)) : null;
  if (module !== null) {
    return { name, types: module.btf.types(name), from: `the BTF in ${module.file}`, btf: module.btf };
  }
  const near = asking(() => didYouMean(name, btf.typeNames()));
  throw wrongUsage(`there is no struct, union, enum or typedef ${JSON.stringify(name)} in ${from}${near}`);
}

interface Found {
  readonly layout: KernelLayout;
  readonly places: readonly MemberPlace[];
  readonly member: string;
  /** Of a name of the headers, what it stands for. */
  readonly means: string | null;
}

/** In each struct of this name that has the member. Throws a sentence (64) where none has. */
function sought(types: readonly NamedType[], name: string, member: string): readonly Found[] {
  const structs = types.filter((it) => "members" in it);
  if (structs.length === 0) throw wrongUsage(`${name} is no struct and no union: it has no members to find`);
  const means = headerNames.get(member.split(".").at(-1)!) ?? null;
  const found = structs.flatMap((layout): readonly Found[] => {
    const named = findMember(layout, member);
    if (named.length > 0) return [{ layout, member, places: named, means: null }];
    const meant = means === null ? [] : findMember(layout, means);
    return meant.length > 0 ? [{ layout, member, places: meant, means }] : [];
  });
  if (found.length > 0) return found;
  const names = structs.flatMap((it) => [...places(it)].map(({ path }) => path.split(".").at(-1)!));
  throw wrongUsage(`${name} has no member ${JSON.stringify(member)}, nor has what lies inside it`
    + didYouMean(member.split(".").at(-1)!, [...new Set(names)]));
}

function page(type: NamedType, { name, btf }: Known, depth: number, paper: Pen): readonly Line[] {
  if ("members" in type) {
    const declared = relation(name, btf).flatMap((it) => prose(it, paper));
    return [...kernelStructLines(type, name, depth, paper), ...declared];
  }
  const size = piece(type.size === null ? "without a size" : many(type.size, "byte"));
  const isEnum = type.kind === "enum";
  const title = fold(paper.text(isEnum ? titleOf(type, name) : type.declared), paper.width);
  return [
    ...flushRight(title.map((it) => [piece(it, "strong")]), size, paper.width), BLANK,
    ...(isEnum ? [...valueLines(type.values, paper), BLANK] : []),
  ];
}

function foundPage({ layout, member, places: all, means }: Found, name: string, paper: Pen): readonly Line[] {
  const title = [piece(`${member} in ${titleOf(layout, name)}`, "strong")];
  const macro = means === null ? "" : `${member} is a macro of the kernel's headers, for ${means}.`;
  return [
    ...flushRight([title], piece(many(layout.size, "byte")), paper.width), BLANK,
    ...memberLines(all, paper), BLANK, ...prose(macro, paper),
  ];
}

/** What BTF cannot answer is told as a sentence: of a file that was named it is wrong usage. */
function asking<T>(question: () => T, file: string | null = null): T {
  try {
    return question();
  } catch (error) {
    if (!(error instanceof BtfError)) throw file === null ? error : unreadable(error, file);
    throw file === null ? new Said(EXIT.cannot, error.message) : wrongUsage(`${file}: ${error.message}`);
  }
}
