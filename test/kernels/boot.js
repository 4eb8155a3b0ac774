/** A guest: a kernel under qemu, without disk and network, and what it writes to its console. */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { MACHINES, OWN } from "./machines.js";
import { ran } from "./programs.js";

const MEMORY = "2048";
const PROCESSORS = "2";
/**
 * Without KVM the processors take turns on one thread. With a thread each, one boot in forty ends in a panic
 * (qemu 7.2, "Oops: int3"): a processor still executes what another has patched.
 */
const TRANSLATED = "tcg,thread=single,tb-size=512";

/**
 * Boots it, and waits for its end → {text: what its console showed, seconds, why: it did not end by itself,
 * or null}. `kvm` says whether KVM works; `limit` is in ms. `log` is a file for the console: where that is a
 * pipe qemu loses characters while nobody reads.
 */
export async function boot({ vmlinuz, machine, initrd, log, kvm, limit }) {
  const { qemu, console } = MACHINES[machine];
  const words = `console=${console} quiet panic=-1 mitigations=off nokaslr random.trust_cpu=on`;
  const began = performance.now();
  const { code, err } = await ran("setpriv", [
    "--pdeathsig", "KILL", qemu, ...board(machine, kvm && machine === OWN),
    "-no-reboot", "-serial", `file:${log}`, "-kernel", vmlinuz, "-initrd", initrd, "-append", words,
  ], { timeout: limit });
  const seconds = (performance.now() - began) / 1000;
  const why = code === null ? `it was stopped after ${Math.round(seconds)} s`
    : code === 0 ? null : `qemu ended with ${code}: ${err.trim()}`;
  return { text: existsSync(log) ? readFileSync(log, "utf8") : "", seconds, why };
}

/** Whether qemu can have the processor itself execute a guest: it is tried, and stopped. */
export async function kvmWorks() {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
  } catch {
    return false;
  }
  if (OWN === undefined) return false;
  const args = [...board(OWN, true), "-S", "-monitor", "stdio"];
  const { code } = await ran(MACHINES[OWN].qemu, args, { input: "quit\n", timeout: 10_000 });
  return code === 0;
}

function board(machine, kvm) {
  const { board: kind, cpu } = MACHINES[machine];
  const speed = kvm ? ["-cpu", "host", "-accel", "kvm"] : ["-cpu", cpu, "-accel", TRANSLATED];
  return [
    "-M", kind, ...speed, "-smp", PROCESSORS, "-m", MEMORY,
    "-nodefaults", "-no-user-config", "-display", "none", "-nic", "none",
  ];
}
