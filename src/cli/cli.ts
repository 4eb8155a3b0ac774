import { run } from "../lab/run.ts";
import { callText } from "../sys/decode.ts";
export async function cli(argv: string[], chamber: any) {
  const topic = argv[3]!.split("-")[0];
  const url = new URL(`./experiments/${topic}/${argv[3]}.js`, import.meta.url).href;
  const m = await import(url);
  const settings = Object.fromEntries(Object.entries(m.default.parameters ?? {}).map(([k, v]: any) => [k, v.default]));
  const code = await run({ experiment: m.default, url, own: false, settings, witnesses: ["counters"], limit: 5000, stop: null, chamber }, {
    event(it: any) { if (argv[4]) console.log(JSON.stringify(it)); else if (it.type === "call") console.log(it.id, callText(it)); else if (it.type !== "counter") console.log(JSON.stringify(it)); },
    print(t) { console.error(t); },
  });
  process.exitCode = code;
}
