/** Options of a TCP header, as fields: RFC 9293, 7323, 2018, 2385, 5925, 7413, 8684, 9768. */
import { TCPOPT } from "../../abi/constants/tcp.ts";
import { type tcp_sack_block_wire, type tcp_timestamps, tcpOptions } from "../../abi/headers/tcp-options.ts";
import type { Memory } from "../../memory/memory.ts";
import type { Element } from "../../memory/sequence.ts";
import type { Read } from "../../memory/type.ts";
import type { Layer } from "./layer.ts";

type Fields = Layer["fields"];
type Option = Element<number>;
const {
  TCPOPT_EOL, TCPOPT_NOP, TCPOPT_MSS, TCPOPT_WINDOW, TCPOPT_SACK_PERM, TCPOPT_SACK, TCPOPT_TIMESTAMP,
  TCPOPT_MD5SIG, TCPOPT_AO, TCPOPT_MPTCP, TCPOPT_FASTOPEN, TCPOPT_ACCECN0, TCPOPT_ACCECN1, TCPOPT_EXP,
} = TCPOPT;

/** By kind; those of the first row are called what makes them, in abi/headers/tcp-options.ts. */
const NAMES: Readonly<Record<number, string>> = {
  [TCPOPT_NOP]: "nop", [TCPOPT_MSS]: "mss", [TCPOPT_WINDOW]: "wscale", [TCPOPT_SACK_PERM]: "sackOk",
  [TCPOPT_SACK]: "sack", [TCPOPT_TIMESTAMP]: "timestamps",
  [TCPOPT_MD5SIG]: "md5sig", [TCPOPT_AO]: "ao", [TCPOPT_MPTCP]: "mptcp", [TCPOPT_FASTOPEN]: "fastopen",
  [TCPOPT_ACCECN0]: "accecn0", [TCPOPT_ACCECN1]: "accecn1", [TCPOPT_EXP]: "exp",
};
/** The upper half of an MPTCP option's first byte. RFC 8684. */
const MPTCP: readonly string[] = [
  "MP_CAPABLE", "MP_JOIN", "DSS", "ADD_ADDR", "REMOVE_ADDR", "MP_PRIO", "MP_FAIL", "MP_FASTCLOSE",
  "MP_TCPRST",
];

/** What an option says. Null: it has not the length of its kind. */
const SAYS: Readonly<Record<number, (it: Option) => Fields | null>> = {
  [TCPOPT_NOP]:       () => ({}),
  [TCPOPT_MSS]:       typed((mss: number) => ({ mss })),
  [TCPOPT_WINDOW]:    typed((wscale: number) => ({ wscale })),
  [TCPOPT_SACK_PERM]: () => ({ sackOk: true }),
  [TCPOPT_TIMESTAMP]: typed(({ tsval, tsecr }: Read<typeof tcp_timestamps>) => ({ tsval, tsecr })),
  [TCPOPT_SACK]:      typed((blocks: readonly Read<typeof tcp_sack_block_wire>[]) =>
    ({ sack: blocks.map(({ start_seq, end_seq }) => `${start_seq}-${end_seq}`).join(" ") })),
  [TCPOPT_MPTCP]:     ({ payload: { bytes } }) =>
    (bytes.length === 0 ? null : { mptcp: MPTCP[bytes[0]! >> 4] ?? String(bytes[0]! >> 4) }),
};

/**
 * `options`: their names, in order. Then what each says; of one that is not read here its bytes in hex, under
 * its name. `isWhole` false: the row was cut off, and so may its last option be.
 */
export function tcpOptionFields(row: Memory, isWhole: boolean): Fields {
  const found = tcpOptions.read(row);
  const end = found.reduce((_, { offset, length }) => offset + length, 0);
  const names = found.map(nameOf);
  if (end < row.length && row.bytes[end] === TCPOPT_EOL) names.push("eol");
  else if (end < row.length) names.push(isWhole ? "malformed" : "cut off");
  const said = found.map((it) => (SAYS[it.head] ?? inHex)(it) ?? { malformed: nameOf(it) });
  return Object.assign({ options: names.join(", ") }, ...said) as Fields;
}

const nameOf = ({ head }: Option): string => NAMES[head] ?? `kind${head}`;
const inHex = (it: Option): Fields => ({ [nameOf(it)]: it.payload.bytes.toString("hex") });

function typed<T>(says: (value: T) => Fields): (it: Option) => Fields | null {
  return ({ type, payload }) => (type === null ? null : says(type.read(payload, 0) as T));
}
