/**
 * What the tracer function_graph wrote, with funcgraph-proc and without durations: the calls that were
 * traced, each with the functions that it entered. Format: kernel/trace/trace_functions_graph.c.
 */

/** `node-117    |   __sys_socket() {` or, of one that calls nothing, `node-117    |     sock_alloc();`. */
const ENTERED = /^\s*\S.*-(\d+)\s*\| ( *)([\w.]+)(?: \[\w+\])?\(.*\)(?: \{|;)/;
const INDENT = 2;

/**
 * → [{pid, entered: [{fn, depth: 0 is the call's own}]}], functions in the order of their entry. The lines of
 * several processes may stand in between each other; what is not inside a call of `entry` is left out.
 */
export function callsIn(graph, entry) {
  const calls = [];
  const open = new Map();
  for (const line of graph.split("\n")) {
    const [, pid, indent, fn] = ENTERED.exec(line) ?? [];
    if (fn === undefined) continue;
    const depth = indent.length / INDENT;
    if (depth === 0 && fn === entry) {
      open.set(pid, { pid: Number(pid), entered: [] });
      calls.push(open.get(pid));
    } else if (depth === 0) open.delete(pid);
    open.get(pid)?.entered.push({ fn, depth });
  }
  return calls;
}
