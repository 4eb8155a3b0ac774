/** The experiments in the order in which a person studies them, in rooms by topic. */

export interface Room {
  /** The folder of its experiments; several rooms may share one. */
  readonly topic: string;
  readonly title: string;
  /** Names; each is the file `TOPIC/NAME.ts`. */
  readonly experiments: readonly string[];
}

export const study: readonly Room[] = [
  {
    topic: "call",
    title: "Into the kernel",
    experiments: [
      "syscall-gate",
    ],
  },
  {
    topic: "socket",
    title: "A socket, and the structs it is spoken to with",
    experiments: [
      "socket-create",
      "sockaddr-layout",
      "struct-layouts",
      "sock-structs",
      "socket-memory",
    ],
  },
  {
    topic: "path",
    title: "Through the kernel",
    experiments: [
      "families",
      "socket-types",
      "socket-as-file",
    ],
  },
  {
    topic: "udp",
    title: "UDP: datagrams",
    experiments: [
      "udp-raw",
      "udp-boundaries",
      "udp-buffering",
      "udp-queue-full",
      "udp-silent-loss",
      "udp-connect",
      "udp-route-cache",
      "udp-send-path",
      "udp-fragments",
      "scatter-gather",
    ],
  },
  {
    topic: "memory",
    title: "Memory",
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
    title: "TCP: how a connection begins",
    experiments: [
      "tcp-raw",
      "tcp-syscalls",
      "tcp-handshake",
      "tcp-states",
      "listen-states",
      "connect-again",
      "handshake-steps",
      "half-open",
      "handshake-numbers",
      "third-packet-data",
      "simultaneous-open",
      "listen-queues",
      "listen-allocates",
      "accept-no-packets",
      "accept-state",
      "accept-sleeps",
      "defer-accept",
      "accept-queue",
      "listen-backlog",
      "accept-emfile",
      "accept-inherits",
      "accept-dead",
    ],
  },
  {
    topic: "port",
    title: "Ports: who has which, and whose packet it is",
    experiments: [
      "bind-table",
      "bind-errors",
      "demux",
      "listener-choice",
      "ephemeral-ports",
      "many-connections",
      "descriptor-limit",
    ],
  },
  {
    topic: "tcp",
    title: "TCP: what send does",
    experiments: [
      "tcp-stream",
      "stream-framing",
      "tcp-send-copy",
      "tcp-dest",
      "tcp-when-sent",
      "tcp-nagle",
      "tcp-cork",
      "tcp-window",
      "tcp-cwnd",
      "tcp-too-much",
      "tcp-partial-send",
      "tcp-send-room",
      "tcp-blocking-send",
      "tcp-send-cut-short",
      "tcp-send-lost",
      "tcp-reliable",
    ],
  },
  {
    topic: "flow",
    title: "TCP: receiving, and making the other wait",
    experiments: [
      "recv-path",
      "recv-wakes",
      "flow-control",
      "zero-window",
      "buffer-sizes",
      "window-scale",
    ],
  },
  {
    topic: "loss",
    title: "TCP: when packets are lost",
    experiments: [
      "segmentation",
      "delayed-acks",
      "ofo-queue",
      "sack",
      "ofo-full",
      "fast-retransmit",
      "rto-backoff",
      "lossy-wire",
    ],
  },
  {
    topic: "alone",
    title: "TCP: the kernel goes on alone",
    experiments: [
      "kernel-autopilot",
      "tcp-queues",
      "acked-not-read",
      "orphans",
    ],
  },
  {
    topic: "close",
    title: "TCP: how a connection ends",
    experiments: [
      "tcp-lifecycle",
      "simultaneous-close",
      "time-wait",
      "time-wait-packets",
      "time-wait-reuse",
    ],
  },
  {
    topic: "timer",
    title: "TCP: how long is too long",
    experiments: [
      "connect-timeout",
      "keepalive",
      "fin-wait-2",
      "linger",
      "unacked-timeout",
      "timeouts",
    ],
  },
  {
    topic: "flood",
    title: "TCP: too many at the door",
    experiments: [
      "syn-flood",
      "syn-cookies",
      "accept-overflow",
    ],
  },
  {
    topic: "epoll",
    title: "Waiting for many",
    experiments: [
      "epoll-flow",
      "epoll-events",
      "epoll-edge",
      "epoll-unasked",
      "epoll-scale",
    ],
  },
  {
    topic: "echo",
    title: "One job, three protocols",
    experiments: [
      "udp-echo",
      "tcp-echo",
      "unix-echo",
    ],
  },
  {
    topic: "batch",
    title: "Many messages in one call",
    experiments: [
      "mmsg-raw",
      "send-one-by-one",
      "send-in-one-call",
      "mmsg-batch",
      "mmsg-limits",
      "recvmmsg-timeout",
      "udp-gso",
    ],
  },
  {
    topic: "io",
    title: "Receiving without a call",
    experiments: [
      "ring-receive",
      "uring-receive",
    ],
  },
  {
    topic: "unix",
    title: "Between processes of one machine",
    experiments: [
      "pass-fds",
    ],
  },
  {
    topic: "net",
    title: "Networks of one's own",
    experiments: [
      "netns-isolation",
    ],
  },
  {
    topic: "path",
    title: "Through the kernel",
    experiments: [
      "udp-path",
      "message-path",
      "three-doors",
      "unix-path",
      "unix-datagrams",
      "poll-path",
      "epoll-path",
    ],
  },
];
