/** What readers of headers tell each other, besides the part of the frame that is left. */
import type { Layer, Part } from "./layer.ts";

/** How a frame is read. */
export interface Way {
  /** The checksum of TCP or UDP was left to a device to fill in: it is no checksum yet. */
  readonly csumNotReady: boolean;
  /**
   * Reads the packet that an ICMP error quotes, by its EtherType. Null: this is such a packet. Whoever quoted
   * it may have cut it, and changed it before: none of its checksums is verified.
   */
  readonly quote: ((proto: number, part: Part) => readonly Layer[]) | null;
}

/** What IP says of the packet that it carries. */
export interface Carried {
  readonly way: Way;
  readonly protocol: number;
  /** Source and destination, one behind the other; null: the last destination is another one. */
  readonly addresses: Uint8Array | null;
  /** It is a part of the packet only, the first: the rest is in other frames. */
  readonly fragment: boolean;
}
