/** The constants of the public part: plain numbers and tables, by the kernel's names. */
export * from "./abi/constants/auxvec.ts";
export * from "./abi/constants/epoll.ts";
export * from "./abi/constants/ether.ts";
export * from "./abi/constants/fcntl.ts";
export * from "./abi/constants/in.ts";
export * from "./abi/constants/ioctl.ts";
export * from "./abi/constants/mman.ts";
export * from "./abi/constants/packet.ts";
export * from "./abi/constants/poll.ts";
export * from "./abi/constants/socket.ts";
export * from "./abi/constants/tcp.ts";
export * from "./abi/constants/udp.ts";
