/** Names of sysctls: which file each is, and which are none of a run's. What the kernel says to them is in live.test.ts. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hasSysctl, sysctl, sysctlValue } from "../../src/net/sysctl.ts";

const FILE = "/proc/sys/net/ipv4/conf/lo/accept_local";
const why = existsSync(FILE) ? null : "it needs Linux";

test.each(["kernel.panic", "net", "net.", "net..ipv4", "net.//.kernel.panic", "net.ipv4.//.//.//.kernel", "", "/proc/sys/net", "net.ipv4.a b"])(
  "“%s” is refused", (name) => {
    for (const use of [() => sysctl(name, 1), () => sysctlValue(name), () => hasSysctl(name)]) {
      expect(use).toThrow(`sysctl ${name}: a run uses those of its network namespace, net.…, and no others`);
    }
  });

test.skipIf(why !== null)(`is the file of its name${why === null ? "" : ` (skipped: ${why})`}`, () => {
  expect(sysctlValue("net.ipv4.conf.lo.accept_local")).toBe(readFileSync(FILE, "latin1").trim());
  expect(hasSysctl("net.ipv4.conf.lo.accept_local")).toBe(true);
  expect(hasSysctl("net.ipv4.conf.lo.nosuch")).toBe(false);
  expect(() => sysctlValue("net.ipv4.conf.a/b.accept_local")).toThrow(/^sysctl net\.ipv4\.conf\.a\/b\.accept_local is not in this kernel, or not in this namespace \(ENOENT\)$/);
});
