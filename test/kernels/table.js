/** What came out, as text: a row for each kernel and user, then all that is not proven. */

const COLUMNS = ["proven", "refuted", "unknown", "broken"];

/** `rows`: [{kernel, who, proven, refuted, unknown, broken, items, seconds: null where nothing ran}]. */
export function report(rows) {
  const lists = ["refuted", "broken", "unknown"].map((verdict) => listed(rows, verdict));
  return [table(rows), ...lists].filter((it) => it !== "").join("\n");
}

function table(rows) {
  const cells = [["kernel", "as", ...COLUMNS, "seconds"], ...rows.map((it) =>
    [it.kernel, it.who, ...COLUMNS.map((name) => String(it[name])), it.seconds?.toFixed(1) ?? "–"])];
  const widths = cells[0].map((_, i) => Math.max(...cells.map((it) => it[i].length)));
  return cells.map((it) => `${it.map((text, i) =>
    (i < 2 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join("  ").trimEnd()}\n`).join("");
}

/** Each once, with all the places where the very same is so. */
function listed(rows, verdict) {
  const places = new Map();
  for (const { kernel, who, items } of rows) {
    for (const { of, says, because } of items.filter((it) => it.verdict === verdict)) {
      const text = [`${verdict}: ${of}: ${says}`, ...because.map((it) => `    ${it}`)].join("\n");
      places.set(text, [...(places.get(text) ?? []), `${kernel} as ${who}`]);
    }
  }
  return [...places].map(([text, where]) => `${text}\n  on ${where.join(", ")}\n`).join("");
}
