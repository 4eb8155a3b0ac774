/**
 * What a person's own experiment imports: `import { experiment, claim, is, sockaddr_in, AF_INET } from "netlab"`.
 * This is the public part: it changes by SemVer.
 */
export * from "./abi/structs/message.ts";
export * from "./abi/structs/poll.ts";
export * from "./abi/structs/sockaddr.ts";
export * from "./abi/structs/socket.ts";
export * from "./abi/structs/tcp.ts";
export * from "./abi/structs/time.ts";
export * from "./constants.ts";
export { hidden, path, step } from "./kernel/path.ts";
export * from "./lab/check.ts";
export * from "./lab/claim.ts";
export { experiment } from "./lab/experiment.ts";
export { until } from "./lab/stage.ts";
export * from "./memory/address.ts";
export * from "./memory/array.ts";
export * from "./memory/bits.ts";
export * from "./memory/integer.ts";
export { buffer, bytesOf, cstring, text, wild } from "./memory/memory.ts";
export { pointer, pointerTo } from "./memory/pointer.ts";
export { sequence } from "./memory/sequence.ts";
export { sizeof, struct, union } from "./memory/struct.ts";
export { cell } from "./memory/type.ts";
