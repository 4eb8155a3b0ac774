/** What the driver prints: the witness's answers beside those of ss(8). */
import type { Diag } from "../../../src/witness/diag-answer.ts";
import type { StateSample } from "../../../src/witness/known-sockets.ts";

/** `info`: how many bytes of struct tcp_info the kernel gave. */
export type ToldDiag = Omit<Diag, "info"> & { readonly info: number };
export interface Step {
  readonly samples: readonly StateSample[];
  readonly tcp: readonly ToldDiag[];
  readonly udp: readonly ToldDiag[];
  /** `ss -tanHe` and `ss -uanHe`; null where there is no ss. */
  readonly ss: { readonly tcp: string | null; readonly udp: string | null };
}
export interface Told {
  readonly steps: Readonly<Record<string, Step>>;
  /** What socket(2) answered before the witness opened its own socket, and right after it. */
  readonly numbers: readonly number[];
}
