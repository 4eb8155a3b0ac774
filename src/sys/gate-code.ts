/**
 * The gate's machine code, an instruction a line, as native-shims/gate-x86_64.S and gate-aarch64.S assemble
 * to it. What each line is for is told there; a test assembles those files again and compares.
 */

type Listing = readonly (readonly [bytes: string, instruction: string])[];

const X86_64: Listing = [
  ["53",          "push   %rbx"],
  ["55",          "push   %rbp"],
  ["48 89 fb",    "mov    %rdi, %rbx"],
  ["48 6b ee 50", "imul   $80, %rsi, %rbp"],
  ["48 01 fd",    "add    %rdi, %rbp"],
  ["eb 3f",       "jmp    2f"],
  ["0f 31",       "1: rdtsc"],
  ["48 c1 e2 20", "shl    $32, %rdx"],
  ["48 09 d0",    "or     %rdx, %rax"],
  ["48 89 43 40", "mov    %rax, BEFORE(%rbx)"],
  ["48 8b 03",    "mov    NR(%rbx), %rax"],
  ["48 8b 7b 08", "mov    ARGS(%rbx), %rdi"],
  ["48 8b 73 10", "mov    ARGS+8(%rbx), %rsi"],
  ["48 8b 53 18", "mov    ARGS+16(%rbx), %rdx"],
  ["4c 8b 53 20", "mov    ARGS+24(%rbx), %r10"],
  ["4c 8b 43 28", "mov    ARGS+32(%rbx), %r8"],
  ["4c 8b 4b 30", "mov    ARGS+40(%rbx), %r9"],
  ["0f 05",       "syscall"],
  ["48 89 43 38", "mov    %rax, RESULT(%rbx)"],
  ["0f 31",       "rdtsc"],
  ["48 c1 e2 20", "shl    $32, %rdx"],
  ["48 09 d0",    "or     %rdx, %rax"],
  ["48 89 43 48", "mov    %rax, AFTER(%rbx)"],
  ["48 83 c3 50", "add    $80, %rbx"],
  ["48 39 eb",    "2: cmp %rbp, %rbx"],
  ["72 bc",       "jb     1b"],
  ["5d",          "pop    %rbp"],
  ["5b",          "pop    %rbx"],
  ["c3",          "ret"],
];

/** Each instruction has four bytes, the lowest first. */
const AARCH64: Listing = [
  ["e9 03 00 aa", "mov    x9, x0"],
  ["0a 0a 80 d2", "mov    x10, #80"],
  ["2a 00 0a 9b", "madd   x10, x1, x10, x0"],
  ["0c 00 00 14", "b      2f"],
  ["4b e0 3b d5", "1: mrs x11, cntvct_el0"],
  ["2b 21 00 f9", "str    x11, [x9, #BEFORE]"],
  ["28 01 40 f9", "ldr    x8, [x9, #NR]"],
  ["20 85 40 a9", "ldp    x0, x1, [x9, #ARGS]"],
  ["22 8d 41 a9", "ldp    x2, x3, [x9, #ARGS+16]"],
  ["24 95 42 a9", "ldp    x4, x5, [x9, #ARGS+32]"],
  ["01 00 00 d4", "svc    #0"],
  ["20 1d 00 f9", "str    x0, [x9, #RESULT]"],
  ["4b e0 3b d5", "mrs    x11, cntvct_el0"],
  ["2b 25 00 f9", "str    x11, [x9, #AFTER]"],
  ["29 41 01 91", "add    x9, x9, #80"],
  ["3f 01 0a eb", "2: cmp x9, x10"],
  ["83 fe ff 54", "b.lo   1b"],
  ["c0 03 5f d6", "ret"],
];

/** By Node's name of the architecture. */
export const gateCode: Readonly<Record<"x64" | "arm64", Listing>> = { x64: X86_64, arm64: AARCH64 };

/** Its bytes. */
export const bytesOfCode = (listing: Listing): Buffer =>
  Buffer.from(listing.map(([bytes]) => bytes.replaceAll(" ", "")).join(""), "hex");
