/** The hand-made peer against a simulated kernel: who hears what, what is passed over, how failures are told. */
import { describe, expect, test } from "vitest";
import { ack, data, type Peer, rst, syn, synAck } from "../../src/lab/peer.ts";
import { ACK, FIN, PSH, RST, SimulatedKernel, SYN } from "./simulated-kernel.ts";

/** A kernel that completes handshakes: its data begins at 5000. */
function listening(isEthernet = true): { kernel: SimulatedKernel; peer: Peer } {
  const kernel = new SimulatedKernel(isEthernet);
  const { answer } = kernel;
  kernel.answer = (it) => {
    if (it.to.port === 9) answer(it);
    else if (it.flags === SYN) {
      const address = it.from.address & 0xff;
      kernel.say({ flags: SYN | ACK, seq: 4999, ack: it.seq + 1, to: it.from.port, port: it.to.port, address });
    }
  };
  return { kernel, peer: kernel.peer };
}

test.each([true, false])("a handshake, Ethernet %s", (isEthernet) => {
  const { kernel, peer } = listening(isEthernet);
  peer.handshake(80);
  expect(kernel.got.map(({ from, to, flags, seq, ack: upTo, isWhole }) => [from.address, from.port, to.address, to.port, flags, seq, upTo, isWhole])).toEqual([
    [0xc000_0202, 40_000, 0xc000_0201, 80, SYN, 999, 0, true],
    [0xc000_0202, 40_000, 0xc000_0201, 80, ACK, 1000, 5000, true],
  ]);
});

test("a second handshake of a peer stands far beyond what it sent, and counts from there", () => {
  const { kernel, peer } = listening();
  peer.handshake(80);
  peer.send(data(10));
  peer.handshake(80, { options: [] });
  peer.send(data(1));
  expect(kernel.got.slice(3).map(({ flags, seq, options }) => [flags, seq, options.length])).toEqual([[SYN, 101_010, 0], [ACK, 101_011, 0], [PSH | ACK, 101_011, 0]]);
});

test("the frames of a handshake, byte by byte", () => {
  const kernel = new SimulatedKernel();
  const sent: string[] = [];
  kernel.send = (frame) => {
    sent.push(Buffer.from(frame).toString("hex"));
    if (sent.length === 1) kernel.say({ flags: SYN | ACK, seq: 0x2a92_b947, ack: 1000 });
  };
  kernel.peer.handshake(80);
  expect(sent).toEqual([
    "020000000001" + "020000000002" + "0800" + "4500002c000040004006b6c8c0000202c0000201" + "9c400050000003e7000000006002ffff73ab0000" + "020405b4",
    "020000000001" + "020000000002" + "0800" + "45000028000040004006b6ccc0000202c0000201" + "9c400050000003e82a92b9485010ffffa77d0000",
  ]);
});

describe("many peers on one port", () => {
  test("each has its own, remembered, and its own numbers", () => {
    const { kernel, peer } = listening();
    for (const n of [0, 1, 19_999, 20_000, 5_059_999]) peer.at(n).handshake(80);
    expect(kernel.got.filter(({ flags }) => flags === SYN).map(({ from, seq }) => [from.address & 0xff, from.port, seq])).toEqual([
      [2, 40_000, 999], [2, 40_001, 1999], [2, 59_999, 2999], [3, 40_000, 3999], [254, 59_999, 4999],
    ]);
    expect(peer.at(20_000)).toBe(peer.at(1).at(20_000));
    expect(peer.at(0)).toBe(peer);
  });

  test.each([-1, 1.5, 5_060_000, Number.NaN])("there is no peer %s", (n) =>
    expect(() => listening().peer.at(n)).toThrow(new RangeError(`there is no peer ${n}`)));

  test("what is for another is kept for it", () => {
    const { kernel, peer } = listening();
    peer.handshake(80);
    peer.at(1).handshake(80);
    kernel.say({ flags: ACK, seq: 5000, ack: 2000, to: 40_001, payload: "for one" });
    kernel.say({ flags: ACK, seq: 5000, ack: 1000, payload: "for zero" });
    peer.expect(data("for zero"));
    peer.at(1).expect(data("for one"));
    expect(peer.received().map((it) => it.payload)).toEqual(["", "for zero"]);
  });

  test("one peer may speak with several ports of the kernel's", () => {
    const { kernel, peer } = listening();
    peer.handshake(80);
    peer.send(data(10));
    peer.handshake(81);
    peer.send(data(1));
    peer.send(data(1, { port: 80 }));
    peer.send(data(1));
    expect(kernel.got.slice(-4).map(({ to, seq }) => [to.port, seq])).toEqual([[81, 2000], [81, 2000], [80, 1010], [80, 1011]]);
  });
});

describe("a connection that the kernel opens", () => {
  const opened = (to: number, port = 33_000, address = 2): { kernel: SimulatedKernel; peer: Peer } => {
    const it = listening();
    it.kernel.say({ flags: SYN, seq: 76, to, port, address });
    return it;
  };

  test.each([80, 39_998, 40_000, 60_000])("to port %s is the first peer's", (port) => {
    const { kernel, peer } = opened(port);
    peer.expect(syn({ seq: -1 }));
    peer.send(synAck());
    expect(kernel.got[0]).toMatchObject({ from: { port }, to: { port: 33_000 }, flags: SYN | ACK, seq: 999, ack: 77 });
  });

  test("is answered without being expected, too", () => {
    const { kernel, peer } = opened(80);
    peer.send(rst());
    expect(kernel.got[0]).toMatchObject({ from: { port: 80 }, to: { port: 33_000 }, flags: RST });
  });

  test("is each peer's own, and strangers go to whom they find", () => {
    const { kernel, peer } = opened(40_001);
    kernel.say({ flags: SYN, seq: 10, to: 80, port: 33_001 });
    kernel.say({ flags: SYN, seq: 20, to: 80, port: 33_002 });
    for (const n of [2, 1, 0]) peer.at(n).expect(syn());
    for (const n of [0, 1, 2]) peer.at(n).send(synAck());
    expect(kernel.got.map(({ from, to, ack: upTo }) => [from.port, to.port, upTo])).toEqual([[80, 33_002, 21], [40_001, 33_000, 77], [80, 33_001, 11]]);
  });

  test("is none where it is no SYN, or not for a peer's address, or not from the kernel's", () => {
    const { kernel, peer } = listening();
    kernel.say({ flags: ACK, to: 81 });
    kernel.say({ flags: SYN, to: 82, address: 3 });
    kernel.say({ flags: SYN, to: 83, source: 9 });
    kernel.say({ flags: SYN, to: 84 });
    peer.expect(syn());
    peer.send(rst());
    expect(kernel.got[0]!.from.port).toBe(84);
  });
});

describe("expecting", () => {
  test("passes over what came before the last send", () => {
    const { kernel, peer } = listening();
    peer.handshake(80);
    kernel.say({ flags: ACK, seq: 5000, ack: 1000, payload: "before" });
    peer.send(ack());
    kernel.say({ flags: ACK, seq: 5006, ack: 1000, payload: "after" });
    peer.expect(data("after", { seq: 6 }));
    expect(kernel.got.at(-1)!.ack).toBe(5006);
    expect(peer.received().map((it) => it.payload)).toEqual(["", "before", "after"]);
  });

  test("tells what it wanted and what came, field by field", () => {
    const { kernel, peer } = listening();
    peer.at(3).handshake(80);
    kernel.say({ flags: ACK, seq: 5000, ack: 3920, to: 40_003 });
    expect(() => peer.at(3).expect(data(1460, { seq: 2920 }))).toThrow(
      "peer.at(3) expected data(1460, { seq: 2920 })\n  the kernel sent ack(2920, { seq: 0, window: 64240 })\n  seq is 0, not 2920\n  length is 0, not 1460");
  });

  test("tells of silence", () =>
    expect(() => listening().peer.expect(synAck())).toThrow("peer expected synAck()\n  the kernel sent nothing for 2 s"));

  test("a handshake that is refused says so", () => {
    const kernel = new SimulatedKernel();
    kernel.answer = ({ seq }) => kernel.say({ flags: RST | ACK, ack: seq + 1 });
    expect(() => kernel.peer.handshake(80)).toThrow("peer expected synAck()\n  the kernel sent rst({ seq: 0, ack: 0, window: 64240 })\n  it has no SYN\n  it has RST");
  });

  test("never takes a wrong checksum", () => {
    const { kernel, peer } = listening();
    kernel.say({ flags: ACK, spoilt: true });
    expect(() => peer.received()).toThrow("peer: a wrong checksum from port 80: its device has to make them itself (tx-checksum off)");
  });
});

describe("a fence", () => {
  test("is a SYN to port 9 that a RST answers", () => {
    const { kernel, peer } = listening();
    peer.fence();
    peer.fence();
    expect(kernel.got.map(({ from, to, flags, seq }) => [from.port, to.port, flags, seq])).toEqual(Array(2).fill([39_999, 9, SYN, 0xffff_ffff]));
  });

  test("what came before it is there after it", () => {
    const { kernel, peer } = listening();
    peer.handshake(80);
    kernel.say({ flags: FIN | ACK, seq: 5000, ack: 1000 });
    peer.fence();
    expect(() => peer.quiet()).toThrow("peer expected silence\n  the kernel sent fin({ seq: 0, ack: 0, window: 64240 })");
    peer.quiet();
    peer.at(1).quiet();
  });

  test.each([
    ["nobody answers", () => {}, "peer: the fence's SYN was not answered"],
    ["somebody listens there", (kernel: SimulatedKernel) => kernel.say({ flags: SYN | ACK, seq: 1, port: 9, to: 39_999 }), "peer: a fence needs port 9 to be closed"],
  ])("proves nothing where %s", (_, answer, message) => {
    const kernel = new SimulatedKernel();
    kernel.answer = () => answer(kernel);
    expect(() => kernel.peer.fence()).toThrow(message);
  });
});

describe("ARP", () => {
  const frame = (operation: number, target: number): Buffer => Buffer.from(
    `ffffffffffff0200000000010806${"0001080006040"}00${operation}020000000001c0000201000000000000c00002${target.toString(16).padStart(2, "0")}`, "hex");

  test("is answered for the addresses of peers that there are", () => {
    const { kernel, peer } = listening();
    const asked = (target: number, operation = 1): readonly string[] => {
      kernel.others.length = 0;
      kernel.put(frame(operation, target));
      peer.received();
      return [...kernel.others];
    };
    const answer = (target: string): string => `0200000000010200000000020806${"0001080006040002"}020000000002c00002${target}020000000001c0000201`;
    expect(asked(2)).toEqual([answer("02")]);
    expect(asked(3)).toEqual([]);
    peer.at(20_000);
    expect(asked(3)).toEqual([answer("03")]);
    expect([asked(1), asked(2, 2)]).toEqual([[], []]);
  });

  test("and other frames are left alone", () => {
    const { kernel, peer } = listening();
    kernel.put(Buffer.alloc(0));
    kernel.put(Buffer.alloc(60));
    expect(peer.received()).toEqual([]);
    expect([kernel.got, kernel.others]).toEqual([[], []]);
  });
});

test("data has PSH", () => {
  const { kernel, peer } = listening();
  peer.handshake(80);
  peer.send(data("abc"));
  expect(kernel.got.at(-1)).toMatchObject({ flags: PSH | ACK, payload: Buffer.from("abc") });
});
