/** How a sample of node:dgram or node:net ends: all came, others came, or too few; and nothing of it is left. */
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { heard, proof } from "../../src/bench/inside/library.ts";

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

describe.for(["message", "data"] as const)("%s", (event) => {
  test.for([
    ["all came",    3, 3, proof,                             "3"],
    ["others came", 3, 1, Buffer.from("x".repeat(64)),       "other bytes came than were sent"],
    ["too few",     3, 1, proof,                             "2 of 3 packets did not come"],
  ] as const)("%s", async ([_, wanted, sent, bytes, told]) => {
    const from = new EventEmitter();
    const nexts: number[] = [];
    const ended = heard(from, event, wanted, (came) => nexts.push(came)).then(String, (error: Error) => error.message);
    for (let i = 0; i < sent; i++) from.emit(event, bytes);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await ended).toBe(told);
    expect(nexts).toEqual([0, 1, 2].slice(0, bytes === proof ? 1 + Math.min(sent, 2) : 1));
    expect([from.listenerCount(event), vi.getTimerCount()]).toEqual([0, 0]);
  });
});
