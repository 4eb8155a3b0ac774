/** What socket options and control messages of the socket level carry, from <linux/socket.h>. */
import { type Integer, i32, u32 } from "../../memory/integer.ts";
import { struct } from "../../memory/struct.ts";

/**
 * A user or group: 0xffffffff is nobody in particular, and shown as the -1 that C programs compare it with.
 */
const id: Integer = { ...u32, show: (it) => (it === 0xffff_ffff ? "-1" : String(it)) };

/** Who is at the other end: SO_PEERCRED, SCM_CREDENTIALS. 12 bytes. */
export const ucred = struct("ucred", 12, {
  pid: [0, i32],
  uid: [4, id],
  gid: [8, id],
});

/** SO_LINGER: whether close() waits, and for how many seconds. 8 bytes. */
export const linger = struct("linger", 8, {
  l_onoff:  [0, i32],
  l_linger: [4, i32],
});
