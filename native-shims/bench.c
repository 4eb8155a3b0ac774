/*
 * The C twin of `netlab bench`: the loops that Node makes through netlab, with the same calls on the same
 * kinds of sockets, as a person would write them in C. netlab compiles it with -O2 when the bench is run,
 * and asks for samples on standard input, a line each:
 *
 *     sendto 20000        20000 rounds of the loop "sendto"
 *     {"ns": 31415926, "packets": 20000}
 *
 * A round sends and receives on one thread: what was sent lies in the receiver's queue when the send returns,
 * so that no scheduler is measured. What cannot be done is answered as {"why": "…"}.
 * With the argument `lo` it first sets the loopback up, as a fresh network namespace wants it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef SOL_UDP
#define SOL_UDP 17
#endif

enum { PAYLOAD = 64, BATCH = 64, PROVED = 4 };

/* Why the last loop could not go on. */
static char why[160];

static int failed(const char *form, ...)
{
    va_list list;
    va_start(list, form);
    vsnprintf(why, sizeof why, form, list);
    va_end(list);
    return -1;
}

static int wrong(const char *call, long result, long expected)
{
    if (result < 0)
        return failed("%s: %s", call, strerror(errno));
    return failed("%s returned %ld, not %ld", call, result, expected);
}

/* A socket on the loopback that does not wait for ever. */
static int udp(struct sockaddr_in *bound)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct timeval fuse = { .tv_sec = 4 };
    socklen_t length = sizeof *bound;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &fuse, sizeof fuse);
    *bound = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    bind(fd, (struct sockaddr *)bound, sizeof *bound);
    getsockname(fd, (struct sockaddr *)bound, &length);
    return fd;
}

static int tx, rx;
static struct sockaddr_in to;
/* What is sent, and room for what comes. */
static char sent[BATCH * PAYLOAD], came[BATCH * PAYLOAD];

static int open_udp(void)
{
    struct sockaddr_in own;
    rx = udp(&to);
    tx = udp(&own);
    return tx < 0 || rx < 0 ? failed("socket: %s", strerror(errno)) : 0;
}

/* Not connected: each packet carries its address, and tells whom it is from. */
static int sendto_loop(long rounds)
{
    for (long i = 0; i < rounds; i++) {
        struct sockaddr_in from;
        socklen_t length = sizeof from;
        ssize_t n = sendto(tx, sent, PAYLOAD, 0, (struct sockaddr *)&to, sizeof to);
        if (n != PAYLOAD)
            return wrong("sendto", n, PAYLOAD);
        n = recvfrom(rx, came, PAYLOAD, 0, (struct sockaddr *)&from, &length);
        if (n != PAYLOAD)
            return wrong("recvfrom", n, PAYLOAD);
    }
    return 0;
}

static struct mmsghdr out[BATCH], in[BATCH];
static struct iovec pieces[2][BATCH];

static int open_mmsg(void)
{
    if (open_udp() < 0)
        return -1;
    if (connect(tx, (struct sockaddr *)&to, sizeof to) < 0)
        return failed("connect: %s", strerror(errno));
    for (int i = 0; i < BATCH; i++) {
        pieces[0][i] = (struct iovec){ sent + i * PAYLOAD, PAYLOAD };
        pieces[1][i] = (struct iovec){ came + i * PAYLOAD, PAYLOAD };
        out[i].msg_hdr = (struct msghdr){ .msg_iov = &pieces[0][i], .msg_iovlen = 1 };
        in[i].msg_hdr = (struct msghdr){ .msg_iov = &pieces[1][i], .msg_iovlen = 1 };
    }
    return 0;
}

/* Connected; the length of each packet is looked at. */
static int mmsg_loop(long rounds)
{
    for (long i = 0; i < rounds; i++) {
        int n = sendmmsg(tx, out, BATCH, 0);
        if (n != BATCH)
            return wrong("sendmmsg", n, BATCH);
        n = recvmmsg(rx, in, BATCH, 0, NULL);
        if (n != BATCH)
            return wrong("recvmmsg", n, BATCH);
        for (int m = 0; m < BATCH; m++)
            if (in[m].msg_len != PAYLOAD)
                return wrong("recvmmsg's msg_len", in[m].msg_len, PAYLOAD);
    }
    return 0;
}

static union {
    struct cmsghdr head;
    char room[CMSG_SPACE(sizeof(int))];
} control;
static struct iovec whole = { came, sizeof came };
static struct msghdr message = { .msg_iov = &whole, .msg_iovlen = 1, .msg_control = &control };

static int open_gso(void)
{
    int segment = PAYLOAD, on = 1;
    if (open_udp() < 0)
        return -1;
    if (connect(tx, (struct sockaddr *)&to, sizeof to) < 0)
        return failed("connect: %s", strerror(errno));
    if (setsockopt(tx, SOL_UDP, UDP_SEGMENT, &segment, sizeof segment) < 0)
        return failed("UDP_SEGMENT: %s", strerror(errno));
    if (setsockopt(rx, SOL_UDP, UDP_GRO, &on, sizeof on) < 0)
        return failed("UDP_GRO: %s", strerror(errno));
    return 0;
}

/* One send is cut into 64 packets (UDP_SEGMENT), one receive takes them together, and is told the cut. */
static int gso_loop(long rounds)
{
    for (long i = 0; i < rounds; i++) {
        ssize_t n = send(tx, sent, sizeof sent, 0);
        if (n != sizeof sent)
            return wrong("sendto", n, sizeof sent);
        message.msg_controllen = sizeof control;
        n = recvmsg(rx, &message, 0);
        if (n != sizeof came)
            return wrong("recvmsg", n, sizeof came);
        if (control.head.cmsg_type != UDP_GRO || *(int *)CMSG_DATA(&control.head) != PAYLOAD)
            return failed("recvmsg told no cut of %d bytes", PAYLOAD);
    }
    return 0;
}

static int client, server;

static int open_tcp(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof at;
    struct timeval fuse = { .tv_sec = 4 };
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    client = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(listener, 1) < 0)
        return failed("listen: %s", strerror(errno));
    getsockname(listener, (struct sockaddr *)&at, &length);
    setsockopt(client, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
    if (connect(client, (struct sockaddr *)&at, sizeof at) < 0)
        return failed("connect: %s", strerror(errno));
    server = accept(listener, NULL, NULL);
    close(listener);
    for (int i = 0; i < 2; i++) {
        int fd = i ? server : client;
        setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &fuse, sizeof fuse);
    }
    return 0;
}

/* There and back again. */
static int tcp_loop(long rounds)
{
    for (long i = 0; i < rounds; i++) {
        ssize_t n = send(client, sent, PAYLOAD, 0);
        if (n != PAYLOAD)
            return wrong("sendto", n, PAYLOAD);
        n = recv(server, came, PAYLOAD, 0);
        if (n != PAYLOAD)
            return wrong("recvfrom", n, PAYLOAD);
        n = send(server, came, PAYLOAD, 0);
        if (n != PAYLOAD)
            return wrong("sendto", n, PAYLOAD);
        n = recv(client, came, PAYLOAD, 0);
        if (n != PAYLOAD)
            return wrong("recvfrom", n, PAYLOAD);
    }
    return 0;
}

static struct loop {
    const char *name;
    int (*open)(void);
    int (*run)(long rounds);
    int bytes;                          /* that a round sends */
    int packets;                        /* or round trips, of a round */
    int is_open;                        /* and proved */
    int tx, rx;                         /* its sockets, once it is open, */
    struct sockaddr_in to;              /* and where rx is */
} loops[] = {
    { .name = "sendto", .open = open_udp,  .run = sendto_loop, .bytes = PAYLOAD,         .packets = 1 },
    { .name = "mmsg",   .open = open_mmsg, .run = mmsg_loop,   .bytes = BATCH * PAYLOAD, .packets = BATCH },
    { .name = "gso",    .open = open_gso,  .run = gso_loop,    .bytes = BATCH * PAYLOAD, .packets = BATCH },
    { .name = "tcp",    .open = open_tcp,  .run = tcp_loop,    .bytes = PAYLOAD,         .packets = 1 },
};

/* What is received is what was sent, byte for byte: shown once, for rounds with other bytes each. */
static int proved(struct loop *it)
{
    for (int round = 0; round < PROVED; round++) {
        for (int i = 0; i < it->bytes; i++)
            sent[i] = (char)(i * 7 + i / PAYLOAD + round * 31);
        memset(came, 0, sizeof came);
        if (it->run(1) < 0)
            return -1;
        if (memcmp(sent, came, it->bytes) != 0)
            return failed("other bytes came than were sent");
    }
    return 0;
}

/* Opens and proves it, once. One that failed is tried anew, on other sockets. */
static int ready(struct loop *it)
{
    if (it->is_open) {
        tx = it->tx;
        rx = it->rx;
        to = it->to;
        return 0;
    }
    if (it->open() < 0 || proved(it) < 0)
        return -1;
    it->tx = tx;
    it->rx = rx;
    it->to = to;
    it->is_open = 1;
    return 0;
}

static double now(void)
{
    struct timespec it;
    clock_gettime(CLOCK_MONOTONIC, &it);
    return it.tv_sec * 1e9 + it.tv_nsec;
}

static void sample(struct loop *it, long rounds)
{
    int done = ready(it);
    double begin = now();
    if (done == 0)
        done = it->run(rounds);
    if (done < 0)
        printf("{\"why\": \"%s\"}\n", why);
    else
        printf("{\"ns\": %.0f, \"packets\": %ld}\n", now() - begin, rounds * it->packets);
}

static void raise_loopback(void)
{
    struct ifreq lo = { .ifr_name = "lo" };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    ioctl(fd, SIOCGIFFLAGS, &lo);
    lo.ifr_flags |= IFF_UP;
    ioctl(fd, SIOCSIFFLAGS, &lo);
    close(fd);
}

int main(int count, char **words)
{
    char line[64];
    if (count > 1 && strcmp(words[1], "lo") == 0)
        raise_loopback();
    while (fgets(line, sizeof line, stdin) != NULL) {
        char name[16];
        long rounds;
        struct loop *found = NULL;
        if (sscanf(line, "%15s %ld", name, &rounds) == 2)
            for (size_t i = 0; i < sizeof loops / sizeof *loops; i++)
                if (strcmp(loops[i].name, name) == 0)
                    found = &loops[i];
        if (found == NULL)
            printf("{\"why\": \"there is no such loop\"}\n");
        else
            sample(found, rounds);
        fflush(stdout);
    }
    return 0;
}
