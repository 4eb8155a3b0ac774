/** How a report is to look, as the person who asked for it said or as their terminal is. */

/**
 * The reading levels, each showing what the one before it shows, and more. They choose what is shown, never
 * what is run.
 */
export const LEVELS = ["beginner", "student", "practitioner", "advanced", "expert"] as const;
export type Level = (typeof LEVELS)[number];

export interface Style {
  /** In columns, 60 to 200. */
  readonly width: number;
  /** ASCII only, no drawings. */
  readonly plain: boolean;
  /** How many colours: none, 16, 256, 16 million. */
  readonly color: 0 | 1 | 2 | 3;
  readonly level: Level;
  /** Only what is not proven, and the last line. */
  readonly quiet: boolean;
}

/** Whether a style's level is at least this one. */
export const reaches = ({ level }: Pick<Style, "level">, least: Level): boolean =>
  LEVELS.indexOf(level) >= LEVELS.indexOf(least);
