/**
 * A TCP segment as words say it: numbers count bytes of data, what is not named is what comes next. The
 * words themselves are in lab/peer.ts.
 */
import type { TcpOption } from "../abi/headers/tcp-options.ts";

/** A segment to be sent, to be expected, or as it was heard; of those everything is named. */
export interface Segment {
  readonly flags: readonly Flag[];
  /**
   * The number of its first byte. Byte 0 is the first byte of data, the SYN before it is -1; a FIN takes one
   * number, as in TCP. Absent: what follows the highest byte sent so far.
   */
  readonly seq?: number;
  /** Everything before this byte has arrived. Absent: all that did arrive. */
  readonly ack?: number;
  /** As the header has it: not scaled. Absent: 65535. */
  readonly window?: number;
  /** How many bytes, from seq on, are urgent; URG goes with it. RFC 9293. */
  readonly urgent?: number;
  /**
   * Absent: a SYN has an MSS of 1460, others have none. Timestamps that both SYNs had are added to those that
   * are named; an empty list is none at all. Blocks of SACK count bytes of data, too.
   */
  readonly options?: readonly TcpOption[];
  /** How many bytes of payload; they are x. Absent: as many as payload has, or none. */
  readonly length?: number;
  /** The payload, a character a byte. */
  readonly payload?: string;
  /** The kernel's port. Absent: that of the segment before; of the first: who connected to us, else 80. */
  readonly port?: number;
  /** Spoils the checksum: TCP has to drop it, and so it does not count as sent. */
  readonly badChecksum?: boolean;
}

/** The eight flags of a header, by RFC 9293's names. */
export type Flag = "SYN" | "ACK" | "FIN" | "RST" | "PSH" | "URG" | "ECE" | "CWR";
