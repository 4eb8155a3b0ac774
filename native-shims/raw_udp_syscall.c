/*
 * UDP by system calls alone: two sockets, two datagrams.
 *
 * The first program of note N0, put right. The note leaves bind out, but nobody can write to a socket without a
 * port. Every call is syscall(2) with its number; no function of libc that knows of sockets is used. Twin of
 * experiments/udp/udp-raw.ts: both make the same calls, in the same order.
 */
#define _GNU_SOURCE		/* syscall() is not in ISO C */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/*
 * One line a call, in strace's grammar, written when the call is over. In which order C evaluates the arguments of
 * a function is nobody's promise: a call and what it fills in must not stand in the same printf. Answers the
 * kernel's own result, -errno on failure; libc's syscall() has turned that into -1 and errno.
 */
__attribute__((format(printf, 2, 3))) static long tell(long result, const char *format, ...)
{
	int error = errno;
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	if (result != -1) {
		printf(" = %ld\n", result);
		return result;
	}
	printf(" = -1 %s (%s)\n", error == EAGAIN ? "EAGAIN" : "errno", strerror(error));
	return -error;
}

/* A call without which the rest makes no sense. */
#define called(...) do { if (tell(__VA_ARGS__) < 0) failed(); } while (0)
static void failed(void)
{
	fprintf(stderr, "raw_udp_syscall: the last call should not have failed\n");
	exit(1);
}

static int wrong;

/* What the program is there to show. */
static void fact(int holds, const char *says)
{
	printf("    %s %s\n", holds ? "yes:" : "NO:", says);
	if (!holds)
		fprintf(stderr, "raw_udp_syscall: not so on this kernel: %s\n", says);
	wrong |= !holds;
}

/* An address in strace's words. The text is overwritten by the next one. */
static const char *show(const struct sockaddr_in *addr)
{
	static char text[100];
	char ip[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &addr->sin_addr, ip, sizeof(ip));
	snprintf(text, sizeof(text), "{sa_family=AF_INET, sin_port=htons(%u), sin_addr=inet_addr(\"%s\")}",
		 ntohs(addr->sin_port), ip);
	return text;
}

/* All 16 bytes: the family in the machine's order, port and address in the network's, big end first. */
static void dump(const struct sockaddr_in *addr)
{
	const unsigned char *byte = (const unsigned char *)addr;

	printf("    sin_family %02x %02x  sin_port %02x %02x  sin_addr %02x %02x %02x %02x  sin_zero",
	       byte[0], byte[1], byte[2], byte[3], byte[4], byte[5], byte[6], byte[7]);
	for (int i = 8; i < 16; i++)
		printf(" %02x", byte[i]);
	printf("\n");
}

int main(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in before, from, after;
	const struct timeval fuse = { .tv_sec = 4 };
	const struct timespec wait = { .tv_sec = 4 };
	struct pollfd poll = { .events = POLLIN };
	static char out[4096];
	char buf[100];
	socklen_t len = sizeof(addr);
	int waiting = 0;
	long a, b, n;

	/* With a buffer given to it, stdout asks the kernel for no memory: its only calls are writes. */
	setvbuf(stdout, out, _IOLBF, sizeof(out));
	printf("raw_udp_syscall: what do two programs need to send each other a datagram?\n");

	a = syscall(SYS_socket, AF_INET, SOCK_DGRAM, IPPROTO_UDP);
	called(a, "socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP)");
	/* A fuse: nothing here waits longer than four seconds. */
	n = syscall(SYS_setsockopt, a, SOL_SOCKET, SO_RCVTIMEO, &fuse, sizeof(fuse));
	called(n, "setsockopt(%ld, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=4, tv_usec=0}, 16)", a);
	/* Port 0: the kernel chooses one, and getsockname tells which. */
	n = syscall(SYS_bind, a, &addr, sizeof(addr));
	called(n, "bind(%ld, %s, 16)", a, show(&addr));
	n = syscall(SYS_getsockname, a, &addr, &len);
	called(n, "getsockname(%ld, %s, [%u])", a, show(&addr), len);
	dump(&addr);
	fact(sizeof(addr) == 16 && len == 16, "sockaddr_in is 16 bytes");
	fact(addr.sin_port != 0, "the kernel chose a port");
	b = syscall(SYS_socket, AF_INET, SOCK_DGRAM, IPPROTO_UDP);
	called(b, "socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP)");
	fact(b > a, "a socket is a small number: the lowest descriptor that is free");

	/* The sender is not bound: it has no port until it sends. */
	len = sizeof(before);
	n = syscall(SYS_getsockname, b, &before, &len);
	called(n, "getsockname(%ld, %s, [%u])", b, show(&before), len);
	n = syscall(SYS_sendto, b, "0123456789", 10, 0, &addr, sizeof(addr));
	called(n, "sendto(%ld, \"0123456789\", 10, 0, %s, 16)", b, show(&addr));

	/* The note says that sin_zero must be zero. The kernel never reads it. */
	memset(addr.sin_zero, 0xff, sizeof(addr.sin_zero));
	n = syscall(SYS_sendto, b, "ABCDEFGHIJKLMNOPQRST", 20, 0, &addr, sizeof(addr));
	called(n, "sendto(%ld, \"ABCDEFGHIJKLMNOPQRST\", 20, 0, %s, 16)", b, show(&addr));
	dump(&addr);
	fact(n == 20, "rubbish in sin_zero does no harm");

	/* Nobody has received yet: here is the buffering of which the note says that there is none. */
	poll.fd = (int)a;
	n = syscall(SYS_ppoll, &poll, 1, &wait, NULL, 0);
	called(n, "ppoll([{fd=%ld, events=POLLIN}], 1, {tv_sec=4, tv_nsec=0}, NULL, 0)", a);
	n = syscall(SYS_ioctl, a, FIONREAD, &waiting);
	called(n, "ioctl(%ld, FIONREAD, [%d])", a, waiting);
	fact(waiting == 10, "datagrams wait in the socket; FIONREAD tells the length of the first alone");

	len = sizeof(from);
	n = syscall(SYS_recvfrom, a, buf, sizeof(buf), 0, &from, &len);
	called(n, "recvfrom(%ld, \"%.*s\", 100, 0, %s, [%u])", a, (int)n, buf, show(&from), len);
	fact(n == 10 && memcmp(buf, "0123456789", 10) == 0, "the first receive returns the first datagram: 10");
	len = sizeof(after);
	n = syscall(SYS_getsockname, b, &after, &len);
	called(n, "getsockname(%ld, %s, [%u])", b, show(&after), len);
	fact(before.sin_port == 0 && after.sin_port != 0 && after.sin_port == from.sin_port,
	     "the sender had no port, got one with its first send, and the receiver sees it");
	n = syscall(SYS_recvfrom, a, buf, sizeof(buf), 0, NULL, NULL);
	called(n, "recvfrom(%ld, \"%.*s\", 100, 0, NULL, NULL)", a, (int)n, buf);
	fact(n == 20, "the second receive returns the second one: 20");
	n = syscall(SYS_recvfrom, a, buf, sizeof(buf), MSG_DONTWAIT, NULL, NULL);
	n = tell(n, "recvfrom(%ld, ..., 100, MSG_DONTWAIT, NULL, NULL)", a);
	fact(n == -EAGAIN, "an empty queue is EAGAIN for whoever does not want to wait");

	n = syscall(SYS_close, b);
	called(n, "close(%ld)", b);
	n = syscall(SYS_close, a);
	called(n, "close(%ld)", a);
	return wrong;
}
