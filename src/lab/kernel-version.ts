/** Releases of Linux, `6.18.44-fc-v669`, compared by their first two numbers. */

/** Whether a kernel is older than a version, `5.14`. */
export const isOlder = (release: string, version: string): boolean => ordinal(release) < ordinal(version);

function ordinal(release: string): number {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  return major * 1000 + minor;
}
