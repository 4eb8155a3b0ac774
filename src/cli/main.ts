/** The start: a run's chamber is entered before anything else is loaded, for both take about as long. */
import { enter, modesFor } from "../lab/chamber/chamber.ts";

const chamber = process.argv[2] === "run" && process.platform === "linux" ? enter(modesFor(process.getuid?.() ?? -1)) : null;
chamber?.catch(() => undefined);
const { cli } = await import("./cli.ts");
await cli(process.argv, chamber);
