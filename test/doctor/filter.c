/*
 * Runs a program behind a filter of calls such as a container has by default: FILTER refuses what Docker's refuses to
 * who has no CAP_SYS_ADMIN (EPERM, and ENOSYS for clone3), `kill` ends who asks for an io_uring.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define IF(call, answer) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1), BPF_STMT(BPF_RET | BPF_K, answer)
#define NO(call) IF(call, SECCOMP_RET_ERRNO | EPERM)
#define REST BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
/* Every CLONE_NEW… of clone(2). */
#define NEW 0x7e020000

static struct sock_filter docker[] = {
  LOAD(nr),
  NO(unshare), NO(setns), NO(perf_event_open), NO(bpf), NO(mount), NO(fsopen), NO(fsmount), NO(syslog),
  NO(io_uring_setup), NO(io_uring_enter), NO(io_uring_register),
  IF(clone3, SECCOMP_RET_ERRNO | ENOSYS),
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 3),
  LOAD(args[0]),
  BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
  REST,
};
static struct sock_filter deadly[] = { LOAD(nr), IF(io_uring_setup, SECCOMP_RET_KILL_PROCESS), REST };

int main(int argc, char **argv) {
  struct sock_fprog program = { sizeof docker / sizeof *docker, docker };
  if (argc > 1 && strcmp(argv[1], "kill") == 0) {
    program.len = sizeof deadly / sizeof *deadly;
    program.filter = deadly;
  }
  if (argc < 3 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
    perror("filter");
    return 1;
  }
  execvp(argv[2], argv + 2);
  perror(argv[2]);
  return 127;
}
