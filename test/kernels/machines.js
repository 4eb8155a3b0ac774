/** The machines that qemu can be, by Debian's names, and what they are called elsewhere. */
export const MACHINES = {
  amd64: {
    node: "x64",   qemu: "qemu-system-x86_64",  package: "qemu-system-x86", console: "ttyS0",
    board: "q35",                cpu: "max",
  },
  arm64: {
    node: "arm64", qemu: "qemu-system-aarch64", package: "qemu-system-arm", console: "ttyAMA0",
    board: "virt,gic-version=3", cpu: "max,pauth-impdef=on",
  },
};

/** This machine, by Debian's name; undefined where there is no kernel to be had for it. */
export const OWN = Object.keys(MACHINES).find((it) => MACHINES[it].node === process.arch);
