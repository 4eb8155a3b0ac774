/**
 * The public part but its constants: structs, headers, paths, claims, memory. The built-in experiments take
 * what they need from here, as a person's own take it from "netlab";
 * constants stand apart, for they are many and each is used by few.
 */
export * from "./abi/headers/arp.ts";
export * from "./abi/headers/ethernet.ts";
export * from "./abi/headers/icmp.ts";
export * from "./abi/headers/ip.ts";
export * from "./abi/headers/tcp.ts";
export * from "./abi/headers/tcp-options.ts";
export * from "./abi/headers/udp.ts";
export * from "./abi/structs/fcntl.ts";
export * from "./abi/structs/filter.ts";
export * from "./abi/structs/if.ts";
export * from "./abi/structs/inet_diag.ts";
export * from "./abi/structs/io_uring.ts";
export * from "./abi/structs/ip.ts";
export * from "./abi/structs/message.ts";
export * from "./abi/structs/netlink.ts";
export * from "./abi/structs/packet.ts";
export * from "./abi/structs/perf.ts";
export * from "./abi/structs/poll.ts";
export * from "./abi/structs/resource.ts";
export * from "./abi/structs/rtnetlink.ts";
export * from "./abi/structs/signal.ts";
export * from "./abi/structs/sockaddr.ts";
export * from "./abi/structs/socket.ts";
export * from "./abi/structs/stat.ts";
export * from "./abi/structs/tcp.ts";
export * from "./abi/structs/time.ts";
export * from "./abi/structs/utsname.ts";
export { entry, hidden, path, step } from "./kernel/path.ts";
export * from "./kernel/paths/tcp.ts";
export * from "./kernel/paths/udp.ts";
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
