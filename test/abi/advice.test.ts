/** Advice: which sentence wins, and that every one of them is about calls and errors that exist. */
import { describe, expect, test } from "vitest";
import { advice } from "../../src/abi/advice.ts";
import { ERRNO } from "../../src/abi/errno.ts";
import { syscalls } from "../../src/abi/syscalls.ts";

const calls = Object.keys(syscalls);
const errnos = Object.keys(ERRNO);
const all = calls.flatMap((call) => errnos.map((errno) => ({ call, errno, text: advice(call, errno) })));

describe("advice", () => {
  test.each([
    ["bind",            "EACCES",       "ip_unprivileged_port_start"],
    ["connect",         "ECONNREFUSED", "nobody listens"],
    ["sendto",          "EMSGSIZE",     "65507"],
    ["sendmsg",         "EMSGSIZE",     "65507"],
    ["sendto",          "EDESTADDRREQ", "connect first"],
    ["recvfrom",        "EAGAIN",       "MSG_DONTWAIT"],
    ["recvfrom",        "ENOTCONN",     "accept4"],
    ["accept4",         "EINVAL",       "listen first"],
    ["socket",          "EMFILE",       "RLIMIT_NOFILE"],
    ["socket",          "EPERM",        "CAP_NET_RAW"],
    ["setsockopt",      "ENOPROTOOPT",  "no such option"],
    ["mmap",            "EINVAL",       "4096"],
    ["memfd_create",    "EINVAL",       "249"],
    ["fcntl",           "EPERM",        "MFD_ALLOW_SEALING"],
    ["epoll_ctl",       "EPERM",        "regular files"],
    ["perf_event_open", "EACCES",       "perf_event_paranoid"],
    ["unshare",         "EINVAL",       "several threads"],
  ])("%s, %s: %s", (call, errno, part) => {
    expect(advice(call, errno)).toContain(part);
  });

  test.each(["EBADF", "EFAULT", "EINTR", "ENOSYS"])("%s says the same of any call, also of an unknown one", (errno) => {
    expect(advice("getppid", errno)).not.toBeNull();
    expect(advice("no_such_call", errno)).toBe(advice("getppid", errno));
  });

  test("a call's own sentence goes before that for any call", () => {
    expect(advice("sendmsg", "EBADF")).not.toBe(advice("getppid", "EBADF"));
    expect(advice("sendto", "EBADF")).toBe(advice("getppid", "EBADF"));
  });

  test("nothing is said of what nobody has heard of", () => {
    expect(["EDOM", "EFOO", "errno 4095"].map((errno) => advice("socket", errno))).toEqual([null, null, null]);
  });

  test("every text ends as sentences end, and is short", () => {
    const wrong = all.filter(({ text }) => text !== null && !(/^\S.*[.?]$/.test(text) && text.length <= 220));
    expect(wrong).toEqual([]);
    expect(new Set(all.map(({ text }) => text)).size).toBeGreaterThan(150);
  });
});
