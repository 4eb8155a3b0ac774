/*
 * The life of a TCP connection by system calls alone, its state asked at each step.
 *
 * The second program of note N0, put right. There is no SYS_send and no SYS_recv, neither on x86-64 nor on arm64:
 * it is sendto and recvfrom, without an address. The listener never becomes ESTABLISHED. And accept4 shakes no
 * hands: when it is called all that is over. Twin of experiments/tcp/tcp-raw.ts, and in too_much() of
 * tcp-too-much.ts: both make the same calls, in the same order.
 */
#define _GNU_SOURCE		/* syscall() is not in ISO C */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
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

#define BACKLOG 128
#define SMALL 16384
#define MUCH 1000000

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
	fprintf(stderr, "raw_tcp_syscall: the last call should not have failed\n");
	exit(1);
}

static int wrong;

/* What the program is there to show. */
static void fact(int holds, const char *says)
{
	printf("    %s %s\n", holds ? "yes:" : "NO:", says);
	if (!holds)
		fprintf(stderr, "raw_tcp_syscall: not so on this kernel: %s\n", says);
	wrong |= !holds;
}

/* TCP_INFO's beginning, as every kernel has it. The rest of the room is for what newer ones add. */
union info {
	struct tcp_info tcp;
	char room[280];
};

/* Of a listener tcpi_unacked is how many wait for accept, tcpi_sacked how many may. */
static union info info_of(long fd)
{
	union info info = { .room = "" };
	socklen_t len = sizeof(info);
	long n = syscall(SYS_getsockopt, fd, IPPROTO_TCP, TCP_INFO, &info, &len);

	called(n, "getsockopt(%ld, SOL_TCP, TCP_INFO, {tcpi_state=%u, tcpi_unacked=%u, tcpi_sacked=%u, ...}, [%u])",
	       fd, info.tcp.tcpi_state, info.tcp.tcpi_unacked, info.tcp.tcpi_sacked, len);
	return info;
}

static int state_of(long fd)
{
	return info_of(fd).tcp.tcpi_state;
}

static void set(long fd, int level, int option, const char *says, int value)
{
	long n = syscall(SYS_setsockopt, fd, level, option, &value, sizeof(value));

	called(n, "setsockopt(%ld, %s, [%d], 4)", fd, says, value);
}

static long new_socket(void)
{
	long fd = syscall(SYS_socket, AF_INET, SOCK_STREAM, IPPROTO_TCP);

	called(fd, "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)");
	return fd;
}

static void name_of(long fd, struct sockaddr_in *addr)
{
	socklen_t len = sizeof(*addr);
	long n = syscall(SYS_getsockname, fd, addr, &len);

	called(n, "getsockname(%ld, port %u, [%u])", fd, ntohs(addr->sin_port), len);
}

static int is_listener(long fd)
{
	int yes = -1;
	socklen_t len = sizeof(yes);
	long n = syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len);

	called(n, "getsockopt(%ld, SOL_SOCKET, SO_ACCEPTCONN, [%d], [%u])", fd, yes, len);
	return yes;
}

/* Binds it to 127.0.0.1 and a port of the kernel's choosing. */
static void listen_on(long fd, struct sockaddr_in *addr)
{
	long n = syscall(SYS_bind, fd, addr, sizeof(*addr));

	called(n, "bind(%ld, 127.0.0.1:0, 16)", fd);
	n = syscall(SYS_listen, fd, BACKLOG);
	called(n, "listen(%ld, %d)", fd, BACKLOG);
	name_of(fd, addr);
}

static void connect_to(long fd, const struct sockaddr_in *addr)
{
	long n = syscall(SYS_connect, fd, addr, sizeof(*addr));

	called(n, "connect(%ld, 127.0.0.1:%u, 16)", fd, ntohs(addr->sin_port));
}

static void wait_for(long fd)
{
	const struct timespec wait = { .tv_sec = 4 };
	struct pollfd poll = { .fd = (int)fd, .events = POLLIN };
	long n = syscall(SYS_ppoll, &poll, 1, &wait, NULL, 0);

	called(n, "ppoll([{fd=%ld, events=POLLIN}], 1, {tv_sec=4, tv_nsec=0}, NULL, 0)", fd);
}

/* There is no address to give: the socket knows its other end. */
static long send_to(long fd, const char *text, size_t size, int flags)
{
	long n = syscall(SYS_sendto, fd, text, size, flags, NULL, 0);

	called(n, "sendto(%ld, \"%.10s\"..., %zu, %#x, NULL, 0)", fd, text, size, flags);
	return n;
}

/* How much came; what it was lies in `got`. */
static char got[101];
static long receive(long fd, size_t size, int flags)
{
	long n;

	memset(got, 0, sizeof(got));
	n = syscall(SYS_recvfrom, fd, got, size, flags, NULL, NULL);
	called(n, "recvfrom(%ld, \"%s\", %zu, %#x, NULL, NULL)", fd, got, size, flags);
	return n;
}

static void close_it(long fd)
{
	called(syscall(SYS_close, fd), "close(%ld)", fd);
}

/* Ten bytes and twenty are thirty: where one send ended, the stream does not know. */
static void stream(long c, long s)
{
	long five, fifteen, rest;
	int waiting = 0;
	long n;

	set(c, IPPROTO_TCP, TCP_NODELAY, "SOL_TCP, TCP_NODELAY", 1);
	send_to(c, "0123456789", 10, 0);
	send_to(c, "ABCDEFGHIJKLMNOPQRST", 20, 0);
	/* ppoll may wait until there are thirty: SO_RCVLOWAT says what is enough. */
	set(s, SOL_SOCKET, SO_RCVLOWAT, "SOL_SOCKET, SO_RCVLOWAT", 30);
	wait_for(s);
	set(s, SOL_SOCKET, SO_RCVLOWAT, "SOL_SOCKET, SO_RCVLOWAT", 1);
	n = syscall(SYS_ioctl, s, FIONREAD, &waiting);
	called(n, "ioctl(%ld, FIONREAD, [%d])", s, waiting);
	five = receive(s, 5, 0);
	fifteen = receive(s, 15, 0);
	rest = receive(s, 100, 0);
	fact(waiting == 30 && five == 5 && fifteen == 15 && rest == 10,
	     "10 and 20 were sent; 5, 15 and 10 are received, as there is room");
}

/* A million bytes through buffers of 16 KiB, without waiting: the kernel takes a part and says how much. */
static void too_much(void)
{
	static char much[MUCH];
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	long l = new_socket(), c, n;

	/* Before listen: a connection takes its buffers from the listener, and announces them in its SYN-ACK. */
	set(l, SOL_SOCKET, SO_RCVBUF, "SOL_SOCKET, SO_RCVBUF", SMALL);
	listen_on(l, &addr);
	c = new_socket();
	set(c, SOL_SOCKET, SO_SNDBUF, "SOL_SOCKET, SO_SNDBUF", SMALL);
	connect_to(c, &addr);
	memset(much, 'x', sizeof(much));
	n = send_to(c, much, sizeof(much), MSG_DONTWAIT);
	fact(n > 0 && n < MUCH, "the kernel takes a part of a million bytes (32768, where pages are of 4096)");
	close_it(c);
	close_it(l);
}

int main(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in none;
	const struct timeval fuse = { .tv_sec = 4 };
	union info queue;
	static char out[4096];
	long l, c, s, n;
	int state;

	/* With a buffer given to it, stdout asks the kernel for no memory: its only calls are writes. */
	setvbuf(stdout, out, _IOLBF, sizeof(out));
	printf("raw_tcp_syscall: who opens a TCP connection, and when: connect, the kernel, or accept?\n");

	l = new_socket();
	n = syscall(SYS_setsockopt, l, SOL_SOCKET, SO_RCVTIMEO, &fuse, sizeof(fuse));
	called(n, "setsockopt(%ld, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=4, tv_usec=0}, 16)", l);
	state = state_of(l);
	name_of(l, &none);
	fact(state == TCP_CLOSE && none.sin_port == 0 && !is_listener(l), "a new socket is in CLOSE (7), has no port");
	listen_on(l, &addr);
	queue = info_of(l);
	fact(queue.tcp.tcpi_state == TCP_LISTEN && is_listener(l) && queue.tcp.tcpi_sacked == BACKLOG,
	     "listen moves it to LISTEN (10), and 128 may wait");

	c = new_socket();
	n = syscall(SYS_setsockopt, c, SOL_SOCKET, SO_RCVTIMEO, &fuse, sizeof(fuse));
	called(n, "setsockopt(%ld, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=4, tv_usec=0}, 16)", c);
	connect_to(c, &addr);
	state = state_of(c);
	wait_for(l);			/* the last ACK may still be on its way */
	queue = info_of(l);
	fact(state == TCP_ESTABLISHED && queue.tcp.tcpi_unacked == 1,
	     "the client is ESTABLISHED (1), one connection waits, and nobody called accept");
	send_to(c, "early", 5, 0);

	s = syscall(SYS_accept4, l, NULL, NULL, 0);
	called(s, "accept4(%ld, NULL, NULL, 0)", l);
	state = state_of(s);
	queue = info_of(l);
	fact(state == TCP_ESTABLISHED && queue.tcp.tcpi_unacked == 0, "accept4 took it out of the queue");
	fact(queue.tcp.tcpi_state == TCP_LISTEN, "the listener is still in LISTEN");
	n = receive(s, 5, MSG_WAITALL);
	fact(strcmp(got, "early") == 0, "what was sent before accept is there");

	stream(c, s);

	n = syscall(SYS_shutdown, c, SHUT_WR);
	called(n, "shutdown(%ld, SHUT_WR)", c);
	n = receive(s, 16, 0);
	state = state_of(s);
	fact(n == 0 && state == TCP_CLOSE_WAIT, "the end is a receive of 0, the state CLOSE_WAIT (8)");
	send_to(s, "goodbye", 7, 0);
	n = receive(c, 7, MSG_WAITALL);
	fact(n == 7, "the other direction is still open");

	close_it(s);
	close_it(c);
	fact(state_of(l) == TCP_LISTEN, "the listener has never been anything but LISTEN");
	close_it(l);

	too_much();
	return wrong;
}
