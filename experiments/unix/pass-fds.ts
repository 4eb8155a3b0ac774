import { SEEK_CUR, SEEK_SET } from "../../src/abi/constants/fcntl.ts";
import { KCMP_FILE } from "../../src/abi/constants/kcmp.ts";
import { MFD_CLOEXEC } from "../../src/abi/constants/mman.ts";
import { AF_UNIX, SOCK_STREAM } from "../../src/abi/constants/socket.ts";
import { cmsghdr, message, scm_rights } from "../../src/abi/structs/message.ts";
import { also, is } from "../../src/lab/check.ts";
import { claim, supports } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { cells } from "../../src/memory/array.ts";
import { i32 } from "../../src/memory/integer.ts";
import { buffer, cstring, text } from "../../src/memory/memory.ts";
import { sizeof } from "../../src/memory/struct.ts";
import type { Calls } from "../../src/sys/calls.ts";

/** Another process: it has the socket, and not the file. */
export const receiver = (
  { recvmsg, lseek, getpid, getppid, sendto, attempt }: Calls,
  { socket, file }: { socket: number; file: number },
) => {
  const control = buffer(24);
  recvmsg(socket, message({ iov: [buffer(16)], control }), 0);
  const fd = i32.read(control, sizeof(cmsghdr));
  lseek(fd, 100, SEEK_SET);
  attempt.kcmp(getppid(), getpid(), KCMP_FILE, file, fd);
  sendto(socket, text("moved"), 5, 0, null, 0);
};

/**
 * A descriptor travels from one process to another.
 *
 *     sendmsg(a, { "here", SCM_RIGHTS: [file] }, 0);   // in this process
 *     recvmsg(b, &msg, 0);                             // in the other: a new number
 *     lseek(fd, 100, SEEK_SET);                        // and the same open file: it moves here too
 */
export default experiment({
  name: "pass-fds",
  asks: "A process passes a file descriptor to another: does it get a copy of the file, or the same one?",
  story: `Two people share one bookmark in one book, though each has a number of their own for it. Whoever
    turns the pages, turns them for both.`,
  next: "Then netns-isolation: what namespaces do not share.",

  run({ socketpair, memfd_create, sendmsg, recvfrom, lseek, close }, { scene, start }) {
    const pair = cells(i32, [0, 0]);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    const [here = 0, there = 0] = pair.value;
    const file = memfd_create(cstring("shared"), MFD_CLOEXEC);

    scene("pass", "Another process gets the socket, and through it the file.");
    const other = start(receiver, { socket: there, file }, { as: "process" });
    sendmsg(here, message({ iov: [text("here")], control: [scm_rights([file])] }), 0);
    recvfrom(here, buffer(16), 16, 0, null, null);
    other.join();
    lseek(file, 0, SEEK_CUR);
    close(file);
    close(here);
    close(there);
  },

  claims: [
    claim("the other process gets a descriptor of the same open file",
      { pass: { "recvmsg@receiver": 1, "lseek@receiver": 1, "kcmp@receiver": 1, lseek: 1 } },
      ({ pass: {
        "recvmsg@receiver": got, "lseek@receiver": there, "kcmp@receiver": compared, lseek: here,
      } }) => [
        is(got.result, 4),
        is(there.result, 100),
        is(here.result, 100),
        also(() => is(compared.result, 0)),
      ], supports("N1-27")),
  ],
});
