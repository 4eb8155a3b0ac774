/** What came out of the known paths, as text: a row for each path, then the steps that are otherwise. */

/**
 * `rows`: [{kernel, broken: [] or why there is nothing, and the last words, paths: as walked tells them}].
 */
export function reportWalks(rows) {
  const names = [...new Set(rows.flatMap(({ paths }) => paths.map(({ path }) => path)))];
  const lists = [...rows.flatMap(broken), ...names.flatMap((it) => otherwise(rows, it))];
  return [table(rows, names), lists.join("")].filter((it) => it !== "").join("\n");
}

/** A column for each kernel: how many steps of how many were entered in their place. */
function table(rows, names) {
  const cell = (paths, name) => {
    const found = paths.find(({ path }) => path === name);
    return found === undefined ? "–" : `${found.entered}/${found.declared}`;
  };
  const head = ["path", ...rows.map(({ kernel }) => kernel)];
  const cells = [head, ...names.map((name) => [name, ...rows.map(({ paths }) => cell(paths, name))])];
  const widths = cells[0].map((_, i) => Math.max(...cells.map((it) => it[i].length)));
  return cells.map((it) => `${it.map((text, i) =>
    (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join("  ").trimEnd()}\n`).join("");
}

const broken = ({ kernel, broken: lines }) =>
  (lines.length === 0 ? [] : [`broken: ${lines.join("\n    ")}\n  on ${kernel}\n`]);

/** Each once, with all the kernels where the very same is so. */
function otherwise(rows, name) {
  const kernels = new Map();
  for (const { kernel, paths } of rows) {
    for (const { fn, how, instead } of paths.find(({ path }) => path === name)?.steps ?? []) {
      const place = instead.length > 0 ? `\n    ${instead.join(" > ")}` : "";
      const text = `${name}: ${fn}: ${how}${place}`;
      kernels.set(text, [...(kernels.get(text) ?? []), kernel]);
    }
  }
  return [...kernels].map(([text, where]) => `${text}\n  on ${where.join(", ")}\n`);
}
