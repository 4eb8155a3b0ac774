/**
 * The statements of note N0: sockets and memory by bare system calls, in five small programs (UDP, TCP,
 * memory, both protocols side by side, batches of messages). Each sentence says what the note holds to be
 * so, right or wrong.
 */
import { cannot, note } from "./note.ts";

/** Note N0, 62 statements. */
export const N0 = note("N0", "Raw system calls", {
  "Why This Exists": {
    "N0-01": cannot(
      "Before the kernel is entered, libc's socket functions do work that the caller does not see.",
      "Runs enter by syscall(2) alone; what libc's other functions do first shows in their machine code."),
    "N0-02": "A program that calls syscall(2) bypasses libc.",
    "N0-03": "User program and kernel agree on the byte layout of msghdr, mmsghdr and sockaddr_in.",
  },
  "Files": {
    "N0-04": "Three system calls are enough for UDP: socket, sendto and recvfrom.",
    "N0-05": "No buffer stands between the sender and the receiver of a UDP datagram.",
    "N0-06": "What one UDP send wrote is what one receive reads; two messages never run together.",
    "N0-07": "In a TCP program made of bare system calls one sees the SYN, the SYN-ACK and the ACK.",
    "N0-08": "A single TCP socket passes through the states CLOSED, LISTEN and ESTABLISHED.",
    "N0-09": "A server looks after its accept queue itself.",
    "N0-10": "Every address that mmap returns is a multiple of the page size.",
    "N0-11": "What madvise tells the kernel is only a hint.",
    "N0-12": "Memory that comes from memfd_create is anonymous.",
    "N0-13": "A cache line is 64 bytes long, and a program can place a buffer at the start of one.",
    "N0-14": "One and the same program structure serves for an echo server over TCP and over UDP.",
    "N0-15": "A TCP socket remembers its connection; a UDP socket has no state at all.",
    "N0-16": "sendmmsg and recvmmsg move a vector of messages without paying for system calls.",
    "N0-17": "An array of mmsghdr lets the kernel send without copying the payload.",
    "N0-18": "A batch given to sendmmsg goes out whole or not at all.",
    "N0-19": "recvmmsg waits until its batch is full, and never longer than its timeout.",
  },
  "Building": {
    "N0-20": cannot(
      "Any of the programs compiles by itself as strict C11 with warnings on.",
      "It is about a compiler: the tests of the twins in native-shims/ compile them, and only with _GNU_SOURCE."),
  },
  "Defeating Abstractions: What You'll Learn": {
    "N0-21": "The result of socket() is a small number that indexes the descriptor table of the process.",
    "N0-22": "By socket() the kernel gets two new objects, of the types struct socket and struct sock.",
    "N0-23": "A TCP send copies the data into the kernel and comes back without waiting.",
    "N0-24": "When TCP data leaves is for the kernel to decide (Nagle, congestion control), not for send().",
    "N0-25": "A UDP sendto normally puts its packet on the way before it returns.",
    "N0-26": "Even a sendto that succeeded may lose its datagram, as when the interface is down or a route is missing.",
    "N0-27": "sockaddr_in is 2 + 2 + 4 + 8 = 16 bytes without anything hidden, and its port is big-endian.",
    "N0-28": "The eight padding bytes of sockaddr_in have to be zero.",
    "N0-29": "A memory page is 4 KiB, and malloc keeps the caller from seeing where pages begin.",
  },
  "Theory → Code Correlation": {
    "N0-30": "A TCP server can go straight from socket to listen.",
    "N0-31": "listen(fd, 128) puts the socket into LISTEN and lets 128 connections wait.",
    "N0-32": "An arriving SYN becomes an entry of the listener's SYN queue.",
    "N0-33": "It is inside accept4 that the SYN arrives, is answered, is acknowledged and the connection gets queued.",
    "N0-34": "accept4 can do without an address buffer, and the socket that it returns is ESTABLISHED.",
    "N0-35": "With UDP each send makes one packet and each receive takes one packet.",
    "N0-36": "A UDP receive always yields the whole datagram.",
    "N0-37": "A socket that sends itself 10 and then 20 bytes reads 10 and then 20.",
    "N0-38": "A TCP program sends by the system call SYS_send and reads by SYS_recv.",
    "N0-39": "TCP joins writes, and how many bytes the next read returns cannot be foretold.",
  },
  "Mental Model: Syscall Boundary": {
    "N0-40": "Executing the syscall instruction changes the processor's privilege from ring 3 to ring 0.",
    "N0-41": "Creating a socket runs sys_socket, sock_create and inet_create, allocates a sock, then returns an fd.",
    "N0-42": "No network operation is possible without crossing into the kernel.",
  },
  "Memory Page Mental Model": {
    "N0-43": "The address space starts with the program's code in page 0, its data in page 1 and its heap in page 2.",
    "N0-44": "An address divided by 4096 is its page number; the kernel backs each page with physical memory.",
    "N0-45": "For the sake of DMA a network buffer ought to start on a page boundary.",
    "N0-46": "splice and sendfile can avoid copies because the buffers lie on page boundaries.",
    "N0-47": "There are interfaces which do reject memory that is not page-aligned.",
    "N0-48": cannot(
      "A cache miss occurs where an access enters a new cache line.",
      "It takes a hardware counter of cache misses to see one, and wall-clock time is no evidence."),
  },
  "No Memorization Needed": {
    "N0-49": "struct sock consists of an int state, a write queue of data not yet sent and a receive queue.",
    "N0-50": "The retransmission timers and the congestion window are members of struct sock too.",
    "N0-51": "A udp_sock has a receive queue and nothing more.",
    "N0-52": "A slow receiver holds back a TCP sender, but not a UDP sender.",
    "N0-53": "TCP repeats what got lost; UDP does not.",
  },
  "Correlation Examples": {
    "N0-54": "Of a million bytes given to one send(), the kernel takes 32768.",
    "N0-55": "A blocking send() on a full buffer returns how much it had accepted by then.",
    "N0-56": "A send is turned away when the free room, sk_sndbuf less sk_wmem_queued, is smaller than its length.",
    "N0-57": "send() on TCP can lose bytes, so the program has to send again what was not taken.",
    "N0-58": "UDP can do without connect, since every sendto names its destination.",
    "N0-59": "For each datagram UDP makes its header anew, from the address in the call.",
    "N0-60": "TCP sends to the peer that the socket stores in sk_daddr, by way of a queue that may wait.",
  },
  "Using This Directory": {
    "N0-61": cannot(
      "Under strace one watches the programs make their system calls.",
      "It is about strace: the tests of the twins in native-shims/ run them under it; netlab confirm does a run."),
  },
  "References": {
    "N0-62": cannot(
      "Sockets are in chapters 56 to 61 of TLPI, memory in chapter 18 of ULK, kernel code under net/.",
      "A list of books and source files: there is nothing to run."),
  },
});
