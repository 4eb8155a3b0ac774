/** futex(2). */

/** Operations. uapi linux/futex.h; 2 was FUTEX_FD, gone since Linux 2.6.26. */
export const FUTEX = {
  FUTEX_WAIT:         0, FUTEX_WAKE:            1, FUTEX_REQUEUE:        3, FUTEX_CMP_REQUEUE: 4,
  FUTEX_WAKE_OP:      5, FUTEX_LOCK_PI:         6, FUTEX_UNLOCK_PI:      7, FUTEX_TRYLOCK_PI:  8,
  FUTEX_WAIT_BITSET:  9, FUTEX_WAKE_BITSET:    10, FUTEX_WAIT_REQUEUE_PI: 11, FUTEX_CMP_REQUEUE_PI: 12,
  FUTEX_LOCK_PI2:    13,
} as const;

/** What may be or-ed to them: no other process has the word; the clock of a timeout. uapi linux/futex.h. */
export const FUTEX_FLAGS = {
  FUTEX_PRIVATE_FLAG: 0x80, FUTEX_CLOCK_REALTIME: 0x100,
} as const;

/** The bit set that matches every waiter. uapi linux/futex.h. */
export const FUTEX_BITSET_MATCH_ANY = 0xffffffff;

export const {
  FUTEX_WAIT, FUTEX_WAKE, FUTEX_REQUEUE, FUTEX_CMP_REQUEUE, FUTEX_WAKE_OP, FUTEX_LOCK_PI, FUTEX_UNLOCK_PI,
  FUTEX_TRYLOCK_PI, FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET, FUTEX_WAIT_REQUEUE_PI, FUTEX_CMP_REQUEUE_PI,
  FUTEX_LOCK_PI2,
} = FUTEX;
export const { FUTEX_PRIVATE_FLAG, FUTEX_CLOCK_REALTIME } = FUTEX_FLAGS;
