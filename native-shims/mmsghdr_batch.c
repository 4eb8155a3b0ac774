/*
 * Many datagrams in one call: sendmmsg and recvmmsg.
 *
 * The fifth program of note N0, put right. A batch saves crossings into the kernel and nothing else: each message
 * becomes a datagram, and its bytes are copied. Twin of experiments/batch/mmsg-raw.ts: both make the same calls, in
 * the same order.
 */
#define _GNU_SOURCE		/* syscall() and struct mmsghdr are not in ISO C */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 12			/* messages of the longest batch but one */
#define MANY 2000		/* and of that one: more than the kernel takes */
#define TOO_LONG 70000		/* bytes: no datagram holds so many */
#define UNWRITTEN 0xdead	/* what msg_len holds before the kernel writes there */

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
	printf(" = -1 %s (%s)\n", error == EAGAIN ? "EAGAIN" : error == EMSGSIZE ? "EMSGSIZE" : "errno", strerror(error));
	return -error;
}

/* A call without which the rest makes no sense. */
#define called(...) do { if (tell(__VA_ARGS__) < 0) failed(); } while (0)
static void failed(void)
{
	fprintf(stderr, "mmsghdr_batch: the last call should not have failed\n");
	exit(1);
}

static int wrong;

/* What the program is there to show. */
static void fact(int holds, const char *says)
{
	printf("    %s %s\n", holds ? "yes:" : "NO:", says);
	if (!holds)
		fprintf(stderr, "mmsghdr_batch: not so on this kernel: %s\n", says);
	wrong |= !holds;
}

static struct sockaddr_in addr = { .sin_family = AF_INET };
static long rx, tx;

/* A batch to send, each message one piece of memory, and all to the same address. */
static struct mmsghdr out[MOST];
static struct iovec pieces[MOST];

static void put(int i, const char *data, size_t size)
{
	pieces[i] = (struct iovec){ (void *)data, size };
	out[i] = (struct mmsghdr){
		.msg_hdr = { .msg_name = &addr, .msg_namelen = sizeof(addr), .msg_iov = &pieces[i], .msg_iovlen = 1 },
		.msg_len = UNWRITTEN,
	};
}

/* Messages of 10 bytes, of 11, and so on. */
static void put_rising(int count)
{
	for (int i = 0; i < count; i++)
		put(i, "0123456789ABCDEFGHIJK", 10 + i);
}

static long send_batch(int from, int count)
{
	long n = syscall(SYS_sendmmsg, tx, out + from, count, 0);

	return tell(n, "sendmmsg(%ld, [...], %d, 0)", tx, count);
}

/* A batch to receive: memory for the bytes and for the sender's address, the lengths of both set anew each time. */
static struct mmsghdr in[MOST];

static long receive_batch(int count, size_t room, int flags, const char *says)
{
	static char data[MOST][100], from[MOST][100];
	static struct iovec places[MOST];
	long n;

	for (int i = 0; i < count; i++) {
		places[i] = (struct iovec){ data[i], room };
		in[i] = (struct mmsghdr){
			.msg_hdr = { .msg_name = from[i], .msg_namelen = sizeof(from[i]),
				     .msg_iov = &places[i], .msg_iovlen = 1 },
		};
	}
	n = syscall(SYS_recvmmsg, rx, in, count, flags, NULL);
	return tell(n, "recvmmsg(%ld, [...], %d, %s, NULL)", rx, count, says);
}

/* What one receive returns, as text. */
static const char *receive(void)
{
	static char buf[101];
	long n;

	memset(buf, 0, sizeof(buf));
	n = syscall(SYS_recvfrom, rx, buf, 100, 0, NULL, NULL);
	called(n, "recvfrom(%ld, \"%s\", 100, 0, NULL, NULL)", rx, buf);
	return buf;
}

static void open_both(void)
{
	const struct timeval fuse = { .tv_sec = 4 };
	socklen_t len = sizeof(addr);
	long n;

	rx = syscall(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	called(rx, "socket(AF_INET, SOCK_DGRAM, IPPROTO_IP)");
	n = syscall(SYS_setsockopt, rx, SOL_SOCKET, SO_RCVTIMEO, &fuse, sizeof(fuse));
	called(n, "setsockopt(%ld, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=4, tv_usec=0}, 16)", rx);
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	n = syscall(SYS_bind, rx, &addr, sizeof(addr));
	called(n, "bind(%ld, 127.0.0.1:0, 16)", rx);
	n = syscall(SYS_getsockname, rx, &addr, &len);
	called(n, "getsockname(%ld, 127.0.0.1:%u, [%u])", rx, ntohs(addr.sin_port), len);
	tx = syscall(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	called(tx, "socket(AF_INET, SOCK_DGRAM, IPPROTO_IP)");
}

/* Batches of which all is well. */
static void whole(void)
{
	int right = 1;
	long n;

	put_rising(4);
	n = send_batch(0, 4);
	for (int i = 0; i < 4; i++)
		right &= out[i].msg_len == 10u + i;
	fact(n == 4 && right, "four datagrams by one call; msg_len of each is 10, 11, 12, 13");
	n = receive_batch(4, 100, 0, "0");
	for (int i = 0; i < 4; i++)
		right &= in[i].msg_len == 10u + i && in[i].msg_hdr.msg_namelen == sizeof(addr);
	fact(n == 4 && right, "and four are received, as long; msg_namelen was 100 and is 16: set it anew each time");
	n = receive_batch(4, 100, MSG_DONTWAIT, "MSG_DONTWAIT");
	fact(n == -EAGAIN, "there is no other: EAGAIN");

	put(0, "alone", 5);
	send_batch(0, 1);
	n = receive_batch(10, 100, MSG_WAITFORONE, "MSG_WAITFORONE");
	fact(n == 1, "room for ten, one is there: MSG_WAITFORONE waits for no more");

	put_rising(12);
	send_batch(0, 12);
	n = receive_batch(12, 15, 0, "0");
	for (int i = 0; i < 12; i++)
		right &= in[i].msg_len == (i < 5 ? 10u + i : 15u)
			&& in[i].msg_hdr.msg_flags == (i <= 5 ? 0 : MSG_TRUNC);
	fact(n == 12 && right, "what is longer than its memory is cut to 15, and its msg_flags are MSG_TRUNC (0x20)");
}

/* A batch with a message that cannot be sent. */
static void broken(void)
{
	static char much[TOO_LONG];
	long n;

	memset(much, 'x', sizeof(much));
	put(0, "first", 5);
	put(1, "second", 6);
	put(2, much, sizeof(much));
	put(3, "fourth", 6);
	put(4, "fifth", 5);
	n = send_batch(0, 5);
	fact(n == 2, "the third of five is too long: 2, and no word of why");
	fact(out[2].msg_len == UNWRITTEN && out[4].msg_len == UNWRITTEN, "msg_len of the others is left alone");
	n = send_batch(2, 3);
	fact(n == -EMSGSIZE, "from the third on: now the error is told");
	n = receive_batch(2, 100, 0, "0");
	fact(n == 2 && in[1].msg_len == 6, "the first two were sent");
}

int main(void)
{
	static struct mmsghdr many[MANY];
	struct iovec two[2] = { { "0123", 4 }, { "456789", 6 } };
	static char stdout_buffer[4096];
	char mine[] = "AAAA";
	const char *got;
	long n;

	/* With a buffer given to it, stdout asks the kernel for no memory: its only calls are writes. */
	setvbuf(stdout, stdout_buffer, _IOLBF, sizeof(stdout_buffer));
	printf("mmsghdr_batch: many datagrams in one call: what does the kernel make of them?\n");
	printf("    mmsghdr %zu bytes, msghdr %zu, iovec %zu\n",
	       sizeof(struct mmsghdr), sizeof(struct msghdr), sizeof(struct iovec));
	open_both();
	whole();
	broken();

	put(0, NULL, 0);
	out[0].msg_hdr.msg_iov = two;
	out[0].msg_hdr.msg_iovlen = 2;
	send_batch(0, 1);
	got = receive();
	fact(strcmp(got, "0123456789") == 0, "two pieces of one message, 4 and 6 bytes, are one datagram of 10");

	put(0, mine, 4);
	send_batch(0, 1);
	memset(mine, 'B', 4);
	got = receive();
	fact(strcmp(got, "AAAA") == 0, "overwritten after the call, the old bytes arrive: they were copied");

	n = syscall(SYS_connect, tx, &addr, sizeof(addr));
	called(n, "connect(%ld, 127.0.0.1:%u, 16)", tx, ntohs(addr.sin_port));
	n = syscall(SYS_sendmmsg, tx, many, MANY, 0);
	called(n, "sendmmsg(%ld, [...], %d, 0)", tx, MANY);
	fact(n == 1024, "of 2000 messages it sends 1024, and does not complain");

	called(syscall(SYS_close, tx), "close(%ld)", tx);
	called(syscall(SYS_close, rx), "close(%ld)", rx);
	return wrong;
}
