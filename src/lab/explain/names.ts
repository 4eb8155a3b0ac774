/** What numbers of a call are called (`strace -X raw`), and what names are worth. */
import type { Given } from "../../abi/parameter.ts";
import { isStruct } from "../../memory/struct.ts";
import type { Type } from "../../memory/type.ts";
import type { StraceCall } from "../../witness/strace-entry.ts";
import type { Value } from "../../witness/strace-value.ts";
import { parametersOf } from "./about.ts";
import { smallIn } from "./worth.ts";

/** An argument, said in another way. */
export interface Renamed {
  /** The parameter, by the kernel's name. */
  readonly parameter: string;
  /** As strace wrote it. */
  readonly text: string;
  /** Its name, `SOCK_STREAM|SOCK_CLOEXEC`; of a name its number, `0x80001`. */
  readonly means: string;
}

/** The arguments that strace left as numbers though they have names. */
export const namesOf = (call: StraceCall): readonly Renamed[] =>
  plainArguments(call).flatMap(({ parameter, type, value, number }) => {
    const means = type.show(number);
    const isName = /[A-Z]{2}/.test(means) && !means.includes("???");
    return isBare(value) && isName ? [{ parameter, text: value.source, means }] : [];
  });

/** What the arguments are worth that strace wrote by name. */
export const valuesOf = (call: StraceCall): readonly Renamed[] =>
  plainArguments(call).filter(({ value }) => isNamed(value)).map(({ parameter, value, number }) =>
    ({ parameter, text: value.source, means: number < 10 ? String(number) : `0x${number.toString(16)}` }));

interface Plain {
  readonly parameter: string;
  readonly type: Type<number>;
  readonly value: Value;
  readonly number: number;
}

/** The arguments that are numbers, each with its type. */
function plainArguments(call: StraceCall): readonly Plain[] {
  const given: Record<string, number> = {};
  return (parametersOf(call.name) ?? []).flatMap(({ name, flow, typing }, i): readonly Plain[] => {
    const value = call.args[i]?.value;
    const number = smallIn(value);
    if (flow !== "value" || value === undefined || number === null) return [];
    given[name] = number;
    if (isStruct(typing)) return [];
    const type = typeof typing === "function" ? typing(given as Given, null) : typing;
    if (type === null || type.size > 4) return [];
    return [{ parameter: name, type: type as Type<number>, value, number }];
  });
}

const every = (value: Value, is: (it: Value) => boolean): boolean =>
  (value.kind === "flags" ? value.parts.every(is) : is(value));
/** `0x2`, `0x1|0x80800`; under `-X verbose` the name stands behind each. */
const isBare = (value: Value): boolean =>
  value.remark === null && every(value, (it) => it.kind === "number" && it.remark === null);
const isNamed = (value: Value): boolean => every(value, (it) => it.kind === "symbol");
