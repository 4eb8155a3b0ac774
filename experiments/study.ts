/** The experiments in the order in which a person studies them, in rooms by topic. */

export interface Room {
  readonly topic: string;
  /** Names; each is the file `TOPIC/NAME.ts`. */
  readonly experiments: readonly string[];
}

export const study: readonly Room[] = [
  {
    topic: "call",
    experiments: [
      "syscall-gate",
    ],
  },
  {
    topic: "socket",
    experiments: [
      "socket-create",
      "sockaddr-layout",
      "struct-layouts",
      "sock-structs",
    ],
  },
  {
    topic: "udp",
    experiments: [
      "udp-raw",
      "udp-boundaries",
      "udp-buffering",
      "udp-connect",
    ],
  },
  {
    topic: "memory",
    experiments: [
      "memory-raw",
      "page-mmap",
      "page-faults",
      "page-madvise",
      "memfd",
      "cache-line",
      "address-space",
      "alignment",
      "zero-copy-alias",
    ],
  },
  {
    topic: "tcp",
    experiments: [
      "tcp-raw",
      "tcp-too-much",
      "tcp-stream",
      "tcp-states",
      "tcp-handshake",
      "accept-no-packets",
      "listen-queues",
      "half-open",
      "accept-queue",
      "listen-backlog",
      "accept-dead",
      "tcp-syscalls",
      "tcp-dest",
      "tcp-reliable",
      "tcp-send-copy",
      "tcp-when-sent",
      "tcp-window",
      "tcp-nagle",
      "tcp-cork",
      "tcp-cwnd",
      "tcp-partial-send",
      "tcp-send-room",
      "tcp-blocking-send",
      "tcp-send-cut-short",
      "tcp-send-lost",
      "ofo-queue",
    ],
  },
  {
    topic: "batch",
    experiments: [
      "mmsg-batch",
      "mmsg-limits",
      "recvmmsg-timeout",
      "udp-gso",
    ],
  },
  {
    topic: "io",
    experiments: [
      "ring-receive",
      "uring-receive",
    topic: "echo",
    experiments: [
      "udp-echo",
      "tcp-echo",
      "unix-echo",
    ],
  },
  {
    topic: "batch",
    experiments: [
      "mmsg-raw",
      "send-one-by-one",
      "send-in-one-call",
    ],
  },
  {
    topic: "unix",
    experiments: [
      "pass-fds",
    ],
  },
  {
    topic: "net",
    experiments: [
      "netns-isolation",
    ],
  },
];
