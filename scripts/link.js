/**
 * Puts netlab's own commands beside those of its dependencies, so that `npx netlab` works in a fresh clone: npx looks for
 * a package's own command only once it is installed somewhere else.
 */
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
mkdirSync("node_modules/.bin", { recursive: true });
for (const [name, file] of Object.entries(JSON.parse(readFileSync("package.json", "utf8")).bin)) {
  rmSync(`node_modules/.bin/${name}`, { force: true });
  symlinkSync(`../../${file}`, `node_modules/.bin/${name}`);
}
