/** The fourteen rows, each with a history on which it is true, and with a bent one: as a note had it, or as it might have been. */
import type { AnyExperiment } from "../../src/lab/experiment.ts";
import type { Events } from "../../src/lab/fact.ts";
import * as queue from "./histories/n0-05-queue.ts";
import * as timeout from "./histories/n0-19-timeout.ts";
import * as anyPart from "./histories/n0-39-any-part.ts";
import * as blockingSend from "./histories/n0-55-blocking-send.ts";
import * as scmRights from "./histories/n1-30-scm-rights.ts";
import * as rollover from "./histories/n1-80-rollover.ts";
import * as ring from "./histories/n1-84-ring.ts";
import * as lookups from "./histories/n2-51-lookups.ts";
import * as twoQueues from "./histories/n3-14-two-queues.ts";
import * as many from "./histories/n3-30-many.ts";
import * as duplicateAcks from "./histories/n3-57-duplicate-acks.ts";
import * as timeWait from "./histories/n3-74-time-wait.ts";
import * as napi from "./histories/n4-35-napi.ts";
import * as sendfile from "./histories/n4-44-sendfile.ts";

export interface Rehearsed {
  readonly row: AnyExperiment;
  readonly truth: Events;
  readonly bent: Events;
}

export const rehearsed: readonly Rehearsed[] = [
  queue, timeout, anyPart, blockingSend, scmRights, rollover, ring,
  lookups, twoQueues, many, duplicateAcks, timeWait, napi, sendfile,
];
