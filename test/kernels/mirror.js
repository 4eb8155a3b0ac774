/** Where Debian's packages come from here: what the machine's own apt sources say. */

/** Suites with kernels, the oldest first. Each line is in one or more of them; not every mirror has all. */
const SUITES = [
  "bullseye", "bookworm", "bookworm-backports", "trixie", "trixie-backports", "forky", "sid", "experimental",
];
const SECURED = ["bullseye", "bookworm", "trixie"];
const DEBIAN = new RegExp(`^(${SUITES.join("|")}|(old)*stable|testing|unstable|buster|duke)(-\\w+)*$`);

/**
 * From the texts of sources.list and of the files below sources.list.d, whose names end in .list or .sources
 * → {archive, security, keyring}; the last two may be null. null where there is no mirror of Debian.
 */
export function mirrorIn(files) {
  const entries = files.flatMap(({ name, text }) => (name.endsWith(".sources") ? stanzas(text) : lines(text)))
    .filter(({ types, suites }) => types.includes("deb") && suites.some((it) => DEBIAN.test(it)));
  const isSecurity = ({ suites }) => suites.some((it) => it.endsWith("-security"));
  const archive = entries.find((it) => !isSecurity(it));
  if (archive === undefined) return null;
  return {
    archive: archive.uris[0],
    security: entries.find(isSecurity)?.uris[0] ?? null,
    keyring: archive.keyring,
  };
}

/** The lines of a sources.list in which all kernels for a machine are found. */
export function sources({ archive, security, keyring }, machine) {
  const options = `[arch=${machine}${keyring === null ? "" : ` signed-by=${keyring}`}]`;
  const entry = (uri, suite) => `deb ${options} ${uri} ${suite} main\n`;
  const secured = security === null ? [] : SECURED.map((it) => entry(security, `${it}-security`));
  return [...SUITES.map((it) => entry(archive, it)), ...secured].join("");
}

/** deb822: fields, a blank line between two entries. */
function stanzas(text) {
  const bare = text.split("\n").filter((it) => !it.startsWith("#")).join("\n");
  return bare.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map([...stanza.matchAll(/^([\w-]+):((?:.*)(?:\n[ \t].*)*)/gm)]
      .map(([, name, value]) => [name.toLowerCase(), value.trim().split(/\s+/)]));
    const { types = [], uris = [], suites = [] } = Object.fromEntries(fields);
    if (uris.length === 0 || fields.get("enabled")?.[0] === "no") return [];
    return [{ types, uris, suites, keyring: path(fields.get("signed-by")?.[0]) }];
  });
}

/** One entry a line: `deb [options] uri suite components`. */
function lines(text) {
  return [...text.matchAll(/^\s*(deb(?:-src)?)\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)/gm)]
    .map(([, type, options = "", uri, suite]) => ({
      types: [type], uris: [uri], suites: [suite], keyring: path(/signed-by=(\S+)/.exec(options)?.[1]),
    }));
}

/** A key may also stand there itself; then apt's own keys have to do. */
const path = (it = "") => (it.startsWith("/") ? it : null);
