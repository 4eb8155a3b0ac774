/** A large struct in few lines: what is not zero at first sight, then what changed. */
import { describe, expect, test } from "vitest";
import { sockaddr_in } from "../../src/abi/structs/sockaddr.ts";
import { tcp_info } from "../../src/abi/structs/tcp.ts";
import { isLarge, membersOf, newMembers } from "../../src/report/large-struct.ts";

const bytes = (fields: Parameters<typeof tcp_info>[0]): Uint8Array => tcp_info(fields).$.bytes;
const members = (fields: Parameters<typeof tcp_info>[0]) => membersOf(tcp_info, bytes(fields));
const first = members({ tcpi_state: 1, tcpi_snd_cwnd: 10 });

test("tcp_info is large, an address is not", () => {
  expect([isLarge(tcp_info), isLarge(sockaddr_in)]).toEqual([true, false]);
});

describe("newMembers", () => {
  test("at first sight tells what is not zero, and how many others there are", () => {
    expect(newMembers(first, null, " · ", 200)).toEqual([`tcpi_state TCP_ESTABLISHED · tcpi_snd_cwnd 10 · ${first.length - 2} other members 0`]);
  });
  test("later tells what changed, to zero too", () => {
    expect(newMembers(members({ tcpi_state: 8 }), first, " · ", 200)).toEqual(["tcpi_state TCP_ESTABLISHED => TCP_CLOSE_WAIT · tcpi_snd_cwnd 10 => 0"]);
  });
  test("says nothing where nothing changed", () => expect(newMembers(first, first, " · ", 200)).toEqual([]));
  test("breaks lines between members", () => {
    expect(newMembers(first, null, " · ", 30)).toEqual(["tcpi_state TCP_ESTABLISHED", "tcpi_snd_cwnd 10", `${first.length - 2} other members 0`]);
  });
});
