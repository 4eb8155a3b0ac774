/** getrandom(2). */

/** flags. uapi linux/random.h. */
export const GRND = {
  GRND_NONBLOCK: 0x1, GRND_RANDOM: 0x2, GRND_INSECURE: 0x4,
} as const;

export const { GRND_NONBLOCK, GRND_RANDOM, GRND_INSECURE } = GRND;
