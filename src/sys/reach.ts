/**
 * What a call reaches: the memory behind each pointer, also through pointers inside structs, with how many
 * bytes the call may touch. Lengths that exceed the memory they speak of are refused here,
 * before the kernel sees them.
 */
import type { Given, Lengths, Parameter } from "../abi/parameter.ts";
import { cString } from "../abi/parameter.ts";
import { Memory, type Target, Wild } from "../memory/memory.ts";
import { isStruct } from "../memory/struct.ts";
import type { AnyType } from "../memory/type.ts";
import { follow } from "./follow.ts";
import { Overrun, refuse, unknown } from "./overrun.ts";
import type { Reached } from "./reached.ts";

/** What a caller hands over for one parameter. */
export type Argument = number | bigint | Target | null;

/** All memory of one call, parameters in order, what they reach right behind them. Throws Overrun. */
export function reach(
  call: string, parameters: readonly Parameter[], values: readonly Argument[],
): readonly Reached[] {
  const lengths = lengthsOf(parameters, values, 0);
  let given: Given | null = null;
  const out: Reached[] = [];
  for (let i = 0; i < parameters.length; i++) {
    const parameter = parameters[i]!;
    if (parameter.flow === "value" || parameter.flow === "place") continue;
    const memory = memoryFor(values[i]);
    if (memory === null) {
      refuseBare(call, parameter, values[i]);
      continue;
    }
    given ??= givenBy(parameters, values);
    const type = typeOf(parameter, given, memory);
    const room = roomOf(call, parameter, type, memory, lengths);
    refuse(call, room, memory, parameter.name, parameter.name);
    const wrote = parameter.flow === "in" ? nothing
      : (after: Lengths): number => Math.min(room, wordOr(parameter, type, after));
    out.push({ parameter: i, path: "", memory, room, flow: parameter.flow, wrote });
    if (isStruct(type) && parameter.flow !== "out") follow({ call, parameter, i, out }, type, memory, room);
  }
  return out;
}

const nothing = (): number => 0;

/** The memory behind an argument; null for numbers, NULL, wild addresses, and what is no argument at all. */
export const memoryFor = (it: Argument | undefined): Memory | null => {
  if (it instanceof Memory) return it;
  return it === null || typeof it !== "object" || it instanceof Wild ? null : it.$ ?? null;
};

/** The type of what a parameter points at, given the other arguments. Closed memory is not looked into. */
function typeOf({ typing }: Parameter, given: Given, memory: Memory): AnyType | null {
  if (typeof typing !== "function" || isStruct(typing)) return typing;
  return typing(given, memory.closed === null ? memory : null);
}

function givenBy(parameters: readonly Parameter[], values: readonly Argument[]): Given {
  const given: Record<string, number> = {};
  for (let i = 0; i < parameters.length; i++) {
    if (typeof values[i] !== "object") given[parameters[i]!.name] = Number(values[i]);
  }
  return given;
}

/**
 * A call's lengths, by parameter name, as they stand when they are asked for.
 * `result` is only meaningful after the call.
 */
export function lengthsOf(
  parameters: readonly Parameter[], values: readonly Argument[], result: number,
): Lengths {
  const at = (name: string): Argument | undefined => {
    for (let i = 0; i < parameters.length; i++) if (parameters[i]!.name === name) return values[i];
    return undefined;
  };
  const int = (name: string): number => intAt(memoryFor(at(name)));
  return { result, value: (name) => Number(at(name) ?? 0), before: int, after: int };
}

const intAt = (memory: Memory | null): number =>
  memory === null || memory.length < 4 || memory.closed !== null ? 0 : memory.bytes.readInt32LE(0);

/**
 * A word (ioctl's argument) is a number or a pointer, as another argument says:
 * it alone has no bounds of its own.
 */
export const isWord = ({ flow, room, wrote }: Parameter): boolean => flow === "inout" && room === wrote;

function roomOf(
  call: string, parameter: Parameter, type: AnyType | null, memory: Memory, lengths: Lengths,
): number {
  if (type === cString) return memory.closed === null ? throughNul(call, parameter, memory) : memory.length;
  return isWord(parameter) ? type?.size ?? 0 : parameter.room(lengths);
}

function throughNul(call: string, { name }: Parameter, { bytes }: Memory): number {
  if (!bytes.includes(0)) throw new Overrun(`${call}: ${name} has no terminating NUL (write cstring("…"))`);
  return bytes.indexOf(0) + 1;
}

/** A word's contract is its type's size; every other parameter states its own. */
const wordOr = (parameter: Parameter, type: AnyType | null, after: Lengths): number =>
  isWord(parameter) ? (after.result < 0 ? 0 : type?.size ?? 0) : parameter.wrote(after);

/**
 * A number where a pointer belongs; where nothing but a pointer can stand,
 * the one who makes the call refuses it.
 */
function refuseBare(call: string, parameter: Parameter, it: Argument | undefined): void {
  const isBare = typeof it === "bigint" || (typeof it === "number" && parameter.flow === "inout");
  if (isBare && Number(it) !== 0 && !isWord(parameter)) throw unknown(call, parameter.name, "is");
}
