/** The start: a run's chamber is entered before anything else is loaded, for both take about as long. */
import { entered } from "../lab/chamber/chamber.ts";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`netlab: it needs Node 20.19 or newer, and this is ${process.versions.node}\n`);
  process.exit(64);
}
const runs = process.argv[2] === "run" && process.platform === "linux";
const chamber = runs ? entered() : null;
void import("./cli.ts").then(({ cli }) => cli(process.argv, chamber));
