/*
 * The same echo twice: over UDP, then over TCP. The client says 10 bytes and 20, hears them again, and goes.
 *
 * The fourth program of note N0, put right: the two are not alike. UDP needs one socket for whoever writes, keeps the
 * two messages apart and does not hear that the client has gone. TCP needs a socket to be called at and one more for
 * each caller, runs the bytes together, and says when they end. Twin of experiments/echo/udp-echo.ts and tcp-echo.ts:
 * both sides make the same calls, in the same order.
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
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define TEN "0123456789"
#define TWENTY "ABCDEFGHIJKLMNOPQRST"

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
	fprintf(stderr, "tcp_vs_udp_side_by_side: the last call should not have failed\n");
	exit(1);
}

static int wrong;

/* What the program is there to show. */
static void fact(int holds, const char *says)
{
	printf("    %s %s\n", holds ? "yes:" : "NO:", says);
	if (!holds)
		fprintf(stderr, "tcp_vs_udp_side_by_side: not so on this kernel: %s\n", says);
	wrong |= !holds;
}

static long new_socket(int type, const char *says)
{
	long fd = syscall(SYS_socket, AF_INET, type, 0);

	called(fd, "socket(AF_INET, %s, IPPROTO_IP)", says);
	return fd;
}

static void bind_it(long fd, struct sockaddr_in *addr)
{
	long n;

	*addr = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	n = syscall(SYS_bind, fd, addr, sizeof(*addr));
	called(n, "bind(%ld, 127.0.0.1:0, 16)", fd);
}

static void name_of(long fd, struct sockaddr_in *addr)
{
	socklen_t len = sizeof(*addr);
	long n = syscall(SYS_getsockname, fd, addr, &len);

	called(n, "getsockname(%ld, 127.0.0.1:%u, [%u])", fd, ntohs(addr->sin_port), len);
}

static void connect_to(long fd, const struct sockaddr_in *addr)
{
	long n = syscall(SYS_connect, fd, addr, sizeof(*addr));

	called(n, "connect(%ld, 127.0.0.1:%u, 16)", fd, ntohs(addr->sin_port));
}

static void set(long fd, int level, int option, const char *says, int value)
{
	long n = syscall(SYS_setsockopt, fd, level, option, &value, sizeof(value));

	called(n, "setsockopt(%ld, %s, [%d], 4)", fd, says, value);
}

/* To the other end of a connected socket. */
static void say(long fd, const char *data, size_t size)
{
	long n = syscall(SYS_sendto, fd, data, size, 0, NULL, 0);

	called(n, "sendto(%ld, \"%.*s\", %zu, 0, NULL, 0)", fd, (int)size, data, size);
}

static char heard[101];
static long hear(long fd)
{
	long n;

	memset(heard, 0, sizeof(heard));
	n = syscall(SYS_recvfrom, fd, heard, 100, 0, NULL, NULL);
	called(n, "recvfrom(%ld, \"%s\", 100, 0, NULL, NULL)", fd, heard);
	return n;
}

static void wait_for(long fd)
{
	const struct timespec wait = { .tv_sec = 4 };
	struct pollfd poll = { .fd = (int)fd, .events = POLLIN };
	long n = syscall(SYS_ppoll, &poll, 1, &wait, NULL, 0);

	called(n, "ppoll([{fd=%ld, events=POLLIN}], 1, {tv_sec=4, tv_nsec=0}, NULL, 0)", fd);
}

static void close_it(long fd)
{
	called(syscall(SYS_close, fd), "close(%ld)", fd);
}

/* Receives a datagram and sends it to where it came from. How long it was. */
static long answer(long server)
{
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	char buf[100];
	long n = syscall(SYS_recvfrom, server, buf, sizeof(buf), 0, &from, &len), sent;

	called(n, "recvfrom(%ld, \"%.*s\", 100, 0, 127.0.0.1:%u, [%u])", server, (int)n, buf, ntohs(from.sin_port), len);
	sent = syscall(SYS_sendto, server, buf, n, 0, &from, sizeof(from));
	called(sent, "sendto(%ld, \"%.*s\", %ld, 0, 127.0.0.1:%u, 16)", server, (int)n, buf, n, ntohs(from.sin_port));
	return n;
}

static void udp(void)
{
	struct sockaddr_in addr;
	long server = new_socket(SOCK_DGRAM, "SOCK_DGRAM"), client, ten, twenty, n;
	char buf[100];

	bind_it(server, &addr);
	name_of(server, &addr);
	client = new_socket(SOCK_DGRAM, "SOCK_DGRAM");
	connect_to(client, &addr);
	say(client, TEN, 10);
	say(client, TWENTY, 20);
	ten = answer(server);
	twenty = answer(server);
	fact(ten == 10 && twenty == 20, "UDP: 10 and 20, and one socket is the whole server");
	ten = hear(client);
	twenty = hear(client);
	fact(ten == 10 && twenty == 20, "UDP: 10 and 20 come back");
	close_it(client);
	n = syscall(SYS_recvfrom, server, buf, sizeof(buf), MSG_DONTWAIT, NULL, NULL);
	n = tell(n, "recvfrom(%ld, ..., 100, MSG_DONTWAIT, NULL, NULL)", server);
	fact(n == -EAGAIN, "UDP: the client has gone, and the server is not told");
	close_it(server);
}

static void tcp(void)
{
	struct sockaddr_in addr;
	long listener = new_socket(SOCK_STREAM, "SOCK_STREAM"), client, server, n;

	bind_it(listener, &addr);
	n = syscall(SYS_listen, listener, 8);
	called(n, "listen(%ld, 8)", listener);
	name_of(listener, &addr);
	client = new_socket(SOCK_STREAM, "SOCK_STREAM");
	connect_to(client, &addr);
	server = syscall(SYS_accept4, listener, NULL, NULL, 0);
	called(server, "accept4(%ld, NULL, NULL, 0)", listener);
	fact(server != listener, "TCP: the server has a second socket, for this client alone");
	/* What is said leaves at once, and ppoll waits until there are thirty bytes. */
	set(client, IPPROTO_TCP, TCP_NODELAY, "SOL_TCP, TCP_NODELAY", 1);
	set(client, SOL_SOCKET, SO_RCVLOWAT, "SOL_SOCKET, SO_RCVLOWAT", 30);
	set(server, SOL_SOCKET, SO_RCVLOWAT, "SOL_SOCKET, SO_RCVLOWAT", 30);
	say(client, TEN, 10);
	say(client, TWENTY, 20);
	wait_for(server);
	n = hear(server);
	fact(n == 30 && strcmp(heard, TEN TWENTY) == 0, "TCP: one receive, 30: the stream has no seam");
	say(server, TEN TWENTY, 30);
	wait_for(client);
	n = hear(client);
	fact(n == 30, "TCP: 30 come back");
	n = syscall(SYS_shutdown, client, SHUT_WR);
	called(n, "shutdown(%ld, SHUT_WR)", client);
	n = hear(server);
	fact(n == 0, "TCP: the client is done, and the server is told: 0");
	close_it(server);
	close_it(client);
	close_it(listener);
}

int main(void)
{
	static char out[4096];

	alarm(10);			/* a fuse: whatever hangs is ended by SIGALRM */
	/* With a buffer given to it, stdout asks the kernel for no memory: its only calls are writes. */
	setvbuf(stdout, out, _IOLBF, sizeof(out));
	printf("tcp_vs_udp_side_by_side: one echo server over UDP and over TCP: the same program?\n");
	udp();
	tcp();
	return wrong;
}
