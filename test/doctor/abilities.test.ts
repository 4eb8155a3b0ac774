/** What doctor says of machines, whether they are here or not: each ability, and the remedy that helps there. */
import { describe, expect, test } from "vitest";
import { abilitiesOf, RULES } from "../../src/lab/doctor/abilities.ts";
import { aboutPlace, placeOf } from "../../src/lab/doctor/place.ts";
import { MACHINES } from "./machines.ts";

type Machine = keyof typeof MACHINES;
const SUDO = 'as root: sudo env "PATH=$PATH" netlab …';
const ADMIN = "docker run --cap-add=SYS_ADMIN --cap-add=NET_ADMIN …";

/** The place in words, then of each ability that matters: whether it is there, and the remedy, whole or by its pattern. */
const EXPECTED: readonly (readonly [Machine, readonly string[], Readonly<Record<string, readonly [able: boolean | null, remedy: string | RegExp | null]>>])[] = [
  ["root", [], Object.fromEntries(RULES.map(({ word }) => [word, [true, null]] as const))],
  ["user", [], {
    namespace: [true, null], wire: [true, null], sysctls: [true, null],
    stacks: [false, SUDO], symbols: [true, SUDO], bpf: [false, SUDO], capabilities: [false, SUDO],
  }],
  ["user without sudo", [], { stacks: [false, "as root"] }],
  ["Ubuntu 24.04", [], {
    namespace: [false, `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or ${SUDO}`],
    wire: [false, `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or ${SUDO}`], stacks: [false, SUDO], calls: [true, null],
  }],
  ["GitHub's runner", ["on a runner of GitHub's Actions"], { namespace: [false, `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or ${SUDO}`] }],
  ["docker", ["in a Docker container", "behind a seccomp filter"], {
    namespace: [false, ADMIN], counters: [false, ADMIN], wire: [false, ADMIN], veth: [false, ADMIN], sysctls: [false, ADMIN],
    stacks: [false, "docker run --cap-add=SYS_ADMIN --cap-add=SYSLOG …"], symbols: [true, "docker run --cap-add=SYSLOG …"],
    io_uring: [false, "docker run --security-opt seccomp=unconfined …"], memory: [true, /^docker run --shm-size=1g …/],
    bpf: [false, "docker run --cap-add=BPF …"], lockdown: [null, null],
    capabilities: [false, "docker run --cap-add=NET_ADMIN --cap-add=SYS_ADMIN --cap-add=SYSLOG --cap-add=PERFMON …"],
  }],
  ["docker, not root", ["in a Docker container", "behind a seccomp filter"], {
    namespace: [false, "docker run --cap-add=SYS_ADMIN --cap-add=NET_ADMIN --user=0 …"],
  }],
  ["docker with CAP_SYS_ADMIN and CAP_NET_ADMIN", ["in a Docker container", "behind a seccomp filter"], {
    namespace: [true, null], wire: [true, null], veth: [true, null],
    sysctls: [false, "docker run --cap-add=SYS_ADMIN --cap-add=NET_ADMIN --security-opt systempaths=unconfined --security-opt apparmor=unconfined …"],
    tun: [false, "docker run --cap-add=NET_ADMIN --device=/dev/net/tun …"], stacks: [false, "docker run --cap-add=SYS_ADMIN --cap-add=SYSLOG …"],
  }],
  ["docker, privileged", [], { namespace: [true, null], stacks: [true, null] }],
  ["podman, rootless", ["in a Podman container", "in a user namespace, whose root is not the machine's", "behind a seccomp filter"], {
    namespace: [true, null], wire: [true, null], sysctls: [false, "podman run --security-opt unmask=ALL …"],
    stacks: [false, `outside of the container, as root: sudo env "PATH=$PATH" netlab …; or in one of root's: sudo podman run --cap-add=SYS_ADMIN --cap-add=SYSLOG …`],
  }],
  ["pod", ["in a pod of Kubernetes", "behind a seccomp filter"], {
    namespace: [false, "in the pod's securityContext: capabilities: {add: [SYS_ADMIN, NET_ADMIN]}"], io_uring: [false, "in the pod's securityContext: privileged: true"],
  }],
  ["WSL2", ["in WSL2, on Microsoft's kernel"], {
    btf: [false, /^wsl --update/], stacks: [false, "a kernel with CONFIG_PERF_EVENTS and CONFIG_FTRACE"], kernel: [null, null], namespace: [true, null],
  }],
  ["WSL1", ["this is WSL1, which has no Linux kernel (in Windows: wsl --set-version DISTRIBUTION 2)"], { calls: [false, /wsl --set-version/] }],
  ["gVisor", ["this is gVisor, not Linux: what runs here judges gVisor", "in a Docker container"], {
    namespace: [false, /^outside of gVisor/], stacks: [false, /^outside of gVisor/], state: [false, /^outside of gVisor/], btf: [false, null],
  }],
  ["gVisor of 2026", ["this is gVisor, not Linux: what runs here judges gVisor", "in a Docker container", "behind a seccomp filter"], {}],
  ["root without capabilities", [], {
    namespace: [false, "start it from where CAP_SYS_ADMIN and CAP_NET_ADMIN are not dropped for good (CapBnd in /proc/self/status)"],
    stacks: [false, "start it from where CAP_SYS_ADMIN and CAP_SYSLOG are not dropped for good (CapBnd in /proc/self/status)"],
  }],
  ["no user namespaces", [], { namespace: [false, `sudo sysctl user.max_user_namespaces=10000, or ${SUDO}`] }],
  ["Debian of old", [], { namespace: [false, `sudo sysctl kernel.unprivileged_userns_clone=1, or ${SUDO}`] }],
  ["no unshare", [], { namespace: [false, /^sudo apt install util-linux/], counters: [false, /^sudo apt install util-linux/], stacks: [false, SUDO] }],
  ["without CAP_NET_RAW", [], {
    namespace: [true, null], veth: [true, null],
    wire: [false, "start it from where CAP_NET_RAW is not dropped for good (CapBnd in /proc/self/status)"],
    peer: [false, "start it from where CAP_NET_RAW is not dropped for good (CapBnd in /proc/self/status)"],
  }],
  ["hidden addresses", [], { stacks: [false, "sudo sysctl kernel.kptr_restrict=1"], symbols: [true, "sudo sysctl kernel.kptr_restrict=1"] }],
  ["lockdown integrity", [], { lockdown: [true, null], stacks: [true, null] }],
  ["lockdown confidentiality", [], { lockdown: [false, /^boot without/], stacks: [false, /^boot without/] }],
  ["no BTF, veth, io_uring, diag", [], {
    btf: [false, "a kernel with CONFIG_DEBUG_INFO_BTF"], veth: [false, "sudo modprobe veth (a kernel with CONFIG_VETH)"], peer: [true, null],
    io_uring: [false, "a kernel with CONFIG_IO_URING"], state: [false, "sudo modprobe tcp_diag (a kernel with CONFIG_INET_DIAG)"], kernel: [false, "a kernel that is built with them"],
  }],
  ["io_uring switched off", [], { io_uring: [false, "sudo sysctl kernel.io_uring_disabled=0"] }],
  ["a bare PATH", [], { strace: [false, /^sudo apt install strace/], tshark: [false, /^sudo apt install tshark/] }],
  ["little memory", [], { memory: [true, /^sudo mount -o remount,size=1g \/dev\/shm/] }],
  ["no room for files", [], { memory: [false, "sudo mount -t tmpfs tmpfs /dev/shm"], calls: [false, "sudo mount -t tmpfs tmpfs /dev/shm"], wire: [false, null] }],
  ["few descriptors", [], { limits: [false, "ulimit -n 1024, as root"] }],
  ["killed in a trial", [], { io_uring: [false, null], stacks: [false, null], veth: [true, null] }],
  ["a service", ["behind a seccomp filter"], { namespace: [false, /SystemCallFilter=/], prepared: [false, /MemoryDenyWriteExecute=no/] }],
];

test("every machine is looked at", () => expect(EXPECTED.map(([it]) => it).sort()).toEqual(Object.keys(MACHINES).sort()));

describe.for(EXPECTED)("%s", ([machine, place, expected]) => {
  const found = MACHINES[machine];
  test("is known for what it is", () => expect(aboutPlace(placeOf(found))).toEqual(place));

  const abilities = abilitiesOf(found);
  test.for(Object.entries(expected))("%s", ([word, [able, remedy]]) => {
    const it = abilities.find((one) => one.word === word)!;
    expect({ able: it.able, remedy: it.remedy, how: it.how }).toEqual({
      able, remedy: remedy instanceof RegExp ? expect.stringMatching(remedy) as string : remedy, how: expect.stringMatching(/\S/) as string,
    });
  });

  test("says everything in one sentence each, and nothing of netlab doctor itself", () => {
    for (const { how, remedy } of abilities) {
      for (const it of [how, remedy ?? ""]) expect(it).not.toMatch(/\n|netlab doctor|undefined|null|NaN/);
    }
  });
});
