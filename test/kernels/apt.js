/**
 * Debian's packages, by an apt with a configuration of its own: all suites of the machine's mirror, nothing
 * installed, /etc/apt and the machine's lists left alone. apt checks the signatures.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ended } from "./ended.js";
import { mirrorIn, sources } from "./mirror.js";
import { printed, ran } from "./programs.js";

const ETC = "/etc/apt";
/** Lists that are younger are not fetched again, in ms. */
const YOUNG = 12 * 3600 * 1000;
/** A file that is as old as they are. */
const STAMP = "fetched";
/** What the machine's own apt needs to get out: proxies, and the like. */
const WAY_OUT = /^Acquire::(https?|Retries|ForceIPv[46])\b.*$/gm;

/** An apt for the packages of a machine, with its lists in the cache. Throws 77 without a mirror. */
export async function aptFor(machine, cache, tell) {
  const lists = join(cache, "apt", machine);
  const mirror = mirrorIn(ownSources());
  if (mirror === null) {
    throw new Ended(77, "the kernels are Debian's, and this machine's apt sources name no mirror of Debian");
  }
  const { out: own } = await ran("apt-config", ["dump", "Acquire"]);
  const env = { ...process.env, APT_CONFIG: configure(lists, machine, mirror, own.match(WAY_OUT) ?? []) };
  const why = await update(lists, env, tell);
  return {
    /** What apt-cache shows of all packages whose names match. Throws 77 where there are none. */
    async show(names) {
      const found = await printed("apt-cache", ["search", "--names-only", names], { env });
      const packages = found.split("\n").filter((it) => it !== "").map((it) => it.split(" ", 1)[0]);
      if (packages.length > 0) return await printed("apt-cache", ["show", ...packages], { env });
      throw new Ended(77, `no mirror of Debian can be reached: ${why ?? "its lists are empty"}`);
    },
    /** Downloads packages (`name=version`) into a folder, and unpacks them there into another. */
    async unpack(packages, folder, into) {
      const { code, err } = await ran("apt-get", ["download", "-qq", ...packages], { env, cwd: folder });
      if (code !== 0) {
        rmSync(join(lists, STAMP), { force: true });
        throw new Ended(77, `${packages.join(" ")} cannot be downloaded: ${lastWord(err)}`);
      }
      for (const file of readdirSync(folder).filter((it) => it.endsWith(".deb"))) {
        await printed("dpkg-deb", ["-x", join(folder, file), into]);
      }
    },
  };
}

function ownSources() {
  const files = ["sources.list", ...entries(`${ETC}/sources.list.d`).map((it) => `sources.list.d/${it}`)];
  return files.filter((it) => /\.(list|sources)$/.test(it)).flatMap((file) => {
    const name = join(ETC, file);
    try {
      return [{ name, text: readFileSync(name, "utf8") }];
    } catch {
      return [];
    }
  });
}

function entries(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Writes the configuration; answers its file. A mirror's copy of a suite that is some weeks old will do. */
function configure(folder, machine, mirror, wayOut) {
  for (const it of ["none", "state/lists/partial", "cache/archives/partial"]) {
    mkdirSync(join(folder, it), { recursive: true });
  }
  writeFileSync(join(folder, "sources.list"), sources(mirror, machine));
  writeFileSync(join(folder, "status"), "");
  const file = join(folder, "apt.conf");
  writeFileSync(file, `Dir::Etc::Main "none"; Dir::Etc::Parts "${folder}/none";
Dir::Etc::SourceList "${folder}/sources.list"; Dir::Etc::SourceParts "${folder}/none";
Dir::Etc::Preferences "none"; Dir::Etc::PreferencesParts "${folder}/none";
Dir::State "${folder}/state"; Dir::State::Status "${folder}/status";
Dir::Cache "${folder}/cache"; Dir::Cache::SrcPkgCache "";
APT::Architecture "${machine}"; APT::Architectures { "${machine}"; }; APT::Sandbox::User "";
Acquire::Languages "none"; Acquire::GzipIndexes "true"; Acquire::Check-Valid-Until "false";
Acquire::http::Timeout "20"; Acquire::https::Timeout "20";
${wayOut.join("\n")}
`, { mode: 0o600 });
  return file;
}

/** Fetches the lists if they are old. What a mirror has not is left out; answers apt's complaint, or null. */
async function update(folder, env, tell) {
  const stamp = join(folder, STAMP);
  if (ageOf(stamp) < YOUNG) return null;
  tell("fetching Debian's lists of packages");
  const { code, err } = await ran("apt-get", ["update", "-qq"], { env });
  const complaint = /^[EW]: (Failed to fetch .*)$/m.exec(err)?.[1] ?? (code === 0 ? null : lastWord(err));
  if (complaint === null) writeFileSync(stamp, "");
  return complaint;
}

function ageOf(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

const lastWord = (err) => err.trim().split("\n").at(-1).replace(/^E: /, "");
