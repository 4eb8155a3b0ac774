/** What wires do, one play a word: `netlab run wires.mjs --set play=cut`. Each says what it saw, as JSON. */
import { readdirSync } from "node:fs";
import {
  AF_INET, buffer, claim, delay, drop, duplicate, experiment, here, is, MSG_DONTWAIT, SOCK_DGRAM, SOCK_STREAM, sockaddr_in, swap, text,
  there,
} from "netlab";

const [HERE, THERE] = ["192.0.2.1", "192.0.2.2"];
const at = (sin_addr, sin_port = 9) => sockaddr_in({ sin_family: AF_INET, sin_addr, sin_port });
const laid = ({ net }, rules = []) => net.wire({ here: `${HERE}/24`, there: `${THERE}/24`, rules });

/** Two sockets, one at each end, for datagrams to port 9. */
function datagrams({ socket, bind }, { net }, wire) {
  const [h, t] = [socket(AF_INET, SOCK_DGRAM, 0), net.within(wire.far, () => socket(AF_INET, SOCK_DGRAM, 0))];
  bind(h, at(HERE), 16);
  bind(t, at(THERE), 16);
  return [h, t];
}
const say = ({ sendto }, fd, to, word) => sendto(fd, text(word), word.length, 0, at(to), 16);
function hear({ recvfrom }, fd) {
  const buf = buffer(64);
  const length = recvfrom(fd, buf, 64, 0, null, null);
  return buf.text().slice(0, length);
}
/** Says six words over a wire of these rules, hears so many, and looks whether there are more. */
function told(calls, stage, length, rules) {
  const wire = laid(stage, rules);
  const [h, t] = datagrams(calls, stage, wire);
  for (const it of "ABCDEF") say(calls, h, THERE, it);
  const heard = Array.from({ length }, () => hear(calls, t)).join("");
  const more = calls.attempt.recvfrom(t, buffer(1), 1, MSG_DONTWAIT, null, null);
  return { heard, more, passed: wire.passed(), dropped: wire.dropped(), did: wire.did().map(({ frames, done }) => [frames, done]) };
}
const DATAGRAMS = {
  none:        [6],
  drop:        [5, drop(there("any", 3))],
  duplicate:   [7, duplicate(there("any", 2))],
  delay:       [6, delay(there("any", 2), 1000)],
  "delay all": [6, delay(there("any"), 5)],
  swap:        [6, swap(there("any", 2))],
  "swap all":  [6, swap(there("any"))],
  several:     [6, drop(there("any", 1)), duplicate(there("any", 2)), swap(there("any", 4)), drop(here("any")), drop(there("data"))],
};

const PLAYS = {
  /** Each from a namespace of its own, for their addresses are the same. */
  datagrams: (calls, stage) => Object.fromEntries(Object.entries(DATAGRAMS).map(([name, [length, ...rules]]) =>
    [name, stage.net.within(stage.net.namespace(), () => told(calls, stage, length, rules))])),
  "a SYN lost"({ socket, connect, bind, listen }, stage) {
    const wire = laid(stage, [drop(there("syn", 1)), drop(here("syn", 1))]);
    const [c, l] = [socket(AF_INET, SOCK_STREAM, 0), stage.net.within(wire.far, () => socket(AF_INET, SOCK_STREAM, 0))];
    bind(l, at(THERE), 16);
    listen(l, 1);
    connect(c, at(THERE), 16);
    return wire.did().map(({ done }) => done);
  },
  "two wires"(calls, stage) {
    const one = laid(stage);
    const two = stage.net.within(one.far, () =>
      stage.net.wire({ here: "198.51.100.1/24", there: "198.51.100.2/24", rules: [drop(there("any", 1))] }));
    const [h, t] = datagrams(calls, stage, one);
    say(calls, t, HERE, "one");
    const heard = hear(calls, h);
    const far = stage.net.within(two.far, () => calls.socket(AF_INET, SOCK_DGRAM, 0));
    calls.bind(far, at("198.51.100.2"), 16);
    for (const it of ["two", "three"]) {
      const s = stage.net.within(one.far, () => calls.socket(AF_INET, SOCK_DGRAM, 0));
      say(calls, s, "198.51.100.2", it);
    }
    return { heard, beyond: hear(calls, far), devices: [one.device, two.device], dropped: [one.dropped(), two.dropped()] };
  },
  "no address"(_calls, { net }) { net.wire({ here: "10.0.0.1/24", there: "10.0.0.2/24" }); },
  "no rule"(_calls, stage) { laid(stage, [drop(there("data", 0))]); },
  cut(calls, stage) {
    const [h] = datagrams(calls, stage, laid(stage));
    for (const it of readdirSync("/proc/self/fd")) if (Number(it) >= 64) calls.attempt.close(Number(it));
    say(calls, h, THERE, "in vain");
    hear(calls, h);
  },
  flooded(calls, stage) {
    const [h] = datagrams(calls, stage, laid(stage));
    const [word, to] = [text("x"), at(THERE)];
    stage.times("flood", Number.POSITIVE_INFINITY, () => calls.sendto(h, word, 1, 0, to, 16));
  },
};

export default experiment({
  name: "wires", asks: "What do wires do?", story: "They lose, double and delay what they carry.",
  needs: ["veth"],
  parameters: { play: { is: "what is played", default: "datagrams", among: Object.keys(PLAYS) } },
  run(calls, stage) {
    stage.say(JSON.stringify(PLAYS[stage.set.play](calls, stage)));
  },
  claims: [claim("descriptors are the experiment's from 3 on", { opening: { socket: 2 } },
    ({ opening: { socket: [first, second] } }) => [is(first.result, 3), is(second.result, 4)])],
});
