/*
 * Memory without malloc: pages asked of the kernel, taken back by it, shared, and sealed.
 *
 * The third program of note N0, put right. madvise is no mere hint, memory of memfd_create is a file, and what is
 * sent need not begin at a page: the kernel copies it anyway. The page size is asked for, as it is not 4096
 * everywhere. Twin of experiments/memory/memory-raw.ts: both make the same calls, in the same order.
 */
#define _GNU_SOURCE		/* syscall(), MAP_ANONYMOUS, MADV_* and the seals are not in ISO C */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define PAGES 16
#define LINE 64			/* bytes of a cache line on most machines */
#define TEXT "one file, two views"

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
	printf(" = -1 %s (%s)\n",
	       error == EINVAL ? "EINVAL" : error == EPERM ? "EPERM" : error == EBUSY ? "EBUSY" : "errno", strerror(error));
	return -error;
}

/* A call without which the rest makes no sense. */
#define called(...) do { if (tell(__VA_ARGS__) < 0) failed(); } while (0)
static void failed(void)
{
	fprintf(stderr, "memory_explicit: the last call should not have failed\n");
	exit(1);
}

static int wrong;

/* What the program is there to show. */
static void fact(int holds, const char *says)
{
	printf("    %s %s\n", holds ? "yes:" : "NO:", says);
	if (!holds)
		fprintf(stderr, "memory_explicit: not so on this kernel: %s\n", says);
	wrong |= !holds;
}

static long page;

/* Where it lies is chance; that it begins at a page is not. An address is told by what is left of it. */
static int on_a_page(long address)
{
	return (uintptr_t)address % (uintptr_t)page == 0;
}

static long map(long length, int flags, long fd, const char *says)
{
	long at = syscall(SYS_mmap, NULL, length, PROT_READ | PROT_WRITE, flags, fd, 0L);

	printf("mmap(NULL, %ld, PROT_READ|PROT_WRITE, %s, %ld, 0)", length, says, fd);
	if (at == -1)
		return tell(at, "%s", "");
	printf(" = a page's start + %ld\n", at % page);
	return at;
}

static long anonymous(long length)
{
	return map(length, MAP_PRIVATE | MAP_ANONYMOUS, -1, "MAP_PRIVATE|MAP_ANONYMOUS");
}

/* How many of so many pages are in memory: one byte for each, of which the lowest bit counts. */
static int resident(long at, int pages)
{
	unsigned char vec[PAGES];
	int count = 0;
	long n = syscall(SYS_mincore, at, pages * page, vec);

	for (int i = 0; n == 0 && i < pages; i++)
		count += vec[i] & 1;
	called(n, "mincore(..., %ld, [%d of %d])", pages * page, count, pages);
	return count;
}

/* Page faults of this thread that needed no disk. */
static long faults(void)
{
	struct rusage usage;
	long n = syscall(SYS_getrusage, RUSAGE_THREAD, &usage);

	called(n, "getrusage(RUSAGE_THREAD, {ru_minflt=%ld, ...})", usage.ru_minflt);
	return usage.ru_minflt;
}

static void unmap(long at, long length)
{
	called(syscall(SYS_munmap, at, length), "munmap(..., %ld)", length);
}

/* A page is given when it is touched first, and taken back by an order that is called advice. */
static void pages(long at)
{
	volatile unsigned char *byte = (volatile unsigned char *)at;
	long before, after, n;
	int fresh, touched, dropped;

	/* Where the kernel knows of huge pages, one of them would come for all sixteen. */
	n = syscall(SYS_madvise, at, PAGES * page, MADV_NOHUGEPAGE);
	tell(n, "madvise(..., %ld, MADV_NOHUGEPAGE)", PAGES * page);
	fresh = resident(at, PAGES);
	before = faults();
	for (int i = 0; i < PAGES; i++)
		byte[i * page] = 1;
	after = faults();
	touched = resident(at, PAGES);
	fact(fresh == 0 && touched == PAGES, "0 of 16 pages were there, and after a write to each all 16");
	fact(after - before >= PAGES, "each cost a page fault");

	n = syscall(SYS_madvise, at, PAGES * page, MADV_DONTNEED);
	called(n, "madvise(..., %ld, MADV_DONTNEED)", PAGES * page);
	dropped = resident(at, PAGES);
	fact(dropped == 0 && byte[0] == 0, "MADV_DONTNEED took them away: 0 of 16, and what was written reads as 0");
	n = syscall(SYS_madvise, at + 1, page, MADV_DONTNEED);
	n = tell(n, "madvise(... + 1, %ld, MADV_DONTNEED)", page);
	fact(n == -EINVAL, "madvise takes no address but a page's start");
}

/* The file behind the memory: two mappings of it show the same bytes, and so does a read. */
static void views(long fd, long one, long other)
{
	char buf[sizeof(TEXT)] = "";
	long n;

	memcpy((void *)one, TEXT, sizeof(TEXT));
	n = syscall(SYS_pread64, fd, buf, sizeof(TEXT) - 1, 0L);
	called(n, "pread64(%ld, \"%s\", %zu, 0)", fd, buf, sizeof(TEXT) - 1);
	fact(one != other && strcmp((char *)other, TEXT) == 0 && strcmp(buf, TEXT) == 0,
	     "what is written through one mapping is read through the other, and by pread");

	n = syscall(SYS_fcntl, fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
	called(n, "fcntl(%ld, F_ADD_SEALS, F_SEAL_SHRINK|F_SEAL_GROW)", fd);
	n = syscall(SYS_ftruncate, fd, page);
	n = tell(n, "ftruncate(%ld, %ld)", fd, page);
	fact(n == -EPERM, "sealed, the file keeps its size");
	n = syscall(SYS_fcntl, fd, F_ADD_SEALS, F_SEAL_WRITE);
	n = tell(n, "fcntl(%ld, F_ADD_SEALS, F_SEAL_WRITE)", fd);
	fact(n == -EBUSY, "no seal against writing while somebody has it mapped to write");
}

/* A datagram to ourselves: from 13 bytes behind a page's start to 7 bytes behind another's. */
static void anywhere(long from, long to)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct timeval fuse = { .tv_sec = 4 };
	socklen_t len = sizeof(addr);
	long s = syscall(SYS_socket, AF_INET, SOCK_DGRAM, 0), n;

	called(s, "socket(AF_INET, SOCK_DGRAM, IPPROTO_IP)");
	n = syscall(SYS_setsockopt, s, SOL_SOCKET, SO_RCVTIMEO, &fuse, sizeof(fuse));
	called(n, "setsockopt(%ld, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=4, tv_usec=0}, 16)", s);
	n = syscall(SYS_bind, s, &addr, sizeof(addr));
	called(n, "bind(%ld, 127.0.0.1:0, 16)", s);
	n = syscall(SYS_getsockname, s, &addr, &len);
	called(n, "getsockname(%ld, 127.0.0.1:%u, [%u])", s, ntohs(addr.sin_port), len);
	memset((char *)from + 13, 'x', 100);
	n = syscall(SYS_sendto, s, from + 13, 100, 0, &addr, sizeof(addr));
	called(n, "sendto(%ld, a page's start + 13, 100, 0, 127.0.0.1:%u, 16)", s, ntohs(addr.sin_port));
	n = syscall(SYS_recvfrom, s, to + 7, 100, 0, NULL, NULL);
	called(n, "recvfrom(%ld, a page's start + 7, 100, 0, NULL, NULL)", s);
	fact(n == 100 && memcmp((char *)from + 13, (char *)to + 7, 100) == 0, "memory on no page's start is as good");
	called(syscall(SYS_close, s), "close(%ld)", s);
}

int main(void)
{
	static char out[4096];
	struct stat file;
	struct statfs system;
	volatile char *last;
	long m, n, one, byte, many, view, other;

	/* With a buffer given to it, stdout asks the kernel for no memory: its only calls are writes. */
	setvbuf(stdout, out, _IOLBF, sizeof(out));
	printf("memory_explicit: what does a program get when it asks the kernel for memory?\n");

	m = syscall(SYS_memfd_create, "nl", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	called(m, "memfd_create(\"nl\", MFD_CLOEXEC|MFD_ALLOW_SEALING)");
	n = syscall(SYS_fstat, m, &file);
	called(n, "fstat(%ld, {st_size=%lld, st_nlink=%lu, ...})", m, (long long)file.st_size,
	       (unsigned long)file.st_nlink);
	fact(file.st_size == 0 && file.st_nlink == 0, "it is a file, empty, and no directory names it");
	/* The blocks of its file system, tmpfs, are the machine's pages. */
	n = syscall(SYS_fstatfs, m, &system);
	called(n, "fstatfs(%ld, {f_bsize=%ld, ...})", m, (long)system.f_bsize);
	page = (long)system.f_bsize;

	one = anonymous(page);
	byte = anonymous(1);
	n = anonymous(0);
	fact(n == -EINVAL, "no memory has length 0");
	many = anonymous(PAGES * page);
	fact(on_a_page(one) && on_a_page(byte) && on_a_page(many), "address % page size is 0, whatever the length");
	resident(byte, 1);
	last = (volatile char *)byte + page - 1;
	*last = 1;
	fact(*last == 1, "one byte asked for is a whole page given: its last byte can be written");
	printf("    a page of %ld bytes holds %ld lines of %d\n", page, page / LINE, LINE);
	fact(((one + 13 + LINE - 1) & ~(long)(LINE - 1)) == one + LINE, "(p + 63) & ~63 is the next line's start");
	fact((uintptr_t)main / (uintptr_t)page != 0, "page 0 is not the code");

	pages(many);

	n = syscall(SYS_ftruncate, m, 2 * page);
	called(n, "ftruncate(%ld, %ld)", m, 2 * page);
	view = map(2 * page, MAP_SHARED, m, "MAP_SHARED");
	other = map(2 * page, MAP_SHARED, m, "MAP_SHARED");
	views(m, view, other);
	anywhere(many, one);

	unmap(one, page);
	unmap(byte, 1);
	unmap(many, PAGES * page);
	unmap(view, 2 * page);
	unmap(other, 2 * page);
	called(syscall(SYS_close, m), "close(%ld)", m);
	return wrong;
}
