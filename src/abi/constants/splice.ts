/** splice(2), vmsplice(2), tee(2). */

/** flags of the three calls. include/linux/splice.h. */
export const SPLICE_F = {
  SPLICE_F_MOVE: 0x1, SPLICE_F_NONBLOCK: 0x2, SPLICE_F_MORE: 0x4, SPLICE_F_GIFT: 0x8,
} as const;

export const { SPLICE_F_MOVE, SPLICE_F_NONBLOCK, SPLICE_F_MORE, SPLICE_F_GIFT } = SPLICE_F;
