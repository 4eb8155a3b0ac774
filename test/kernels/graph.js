/**
 * What the tracer function_graph wrote, with funcgraph-proc and without durations: the calls that were
 * traced, each with the functions that it entered. Format: kernel/trace/trace_functions_graph.c.
 */

/** `node-117    |   __sys_socket() {` or, of one that calls nothing, `node-117    |     sock_alloc();`. */
const ENTERED = /^\s*\S.*-(\d+)\s*\| ( *)([\w.]+)(?: \[\w+\])?\(.*\)(?: \{|;)/;
const INDENT = 2;
/**
 * What a call leaves to be done on the way out to user space, behind its return: before Linux 6.12 a file is
 * closed there. It belongs to the call before it, of the same process.
 */
export const LEFT_OVER = "task_work_run";

/**
 * → [{pid, entry, entered: [{fn, depth: 0 is the call's own}]}], functions in the order of their entry. The
 * lines of several processes may stand in between each other; what is not inside a call of one of `entries`
 * is left out.
 */
export function callsIn(graph, entries) {
  const calls = [];
  const open = new Map();
  const last = new Map();
  for (const line of graph.split("\n")) {
    const [, pid, indent, fn] = ENTERED.exec(line) ?? [];
    if (fn === undefined) continue;
    const depth = indent.length / INDENT;
    if (depth === 0) open.set(pid, rootOf(pid, fn));
    open.get(pid)?.call.entered.push({ fn, depth: depth + open.get(pid).below });
  }
  return calls;

  function rootOf(pid, fn) {
    if (fn === LEFT_OVER && last.has(pid)) return { call: last.get(pid), below: 1 };
    if (!entries.includes(fn)) {
      last.delete(pid);
      return undefined;
    }
    const call = { pid: Number(pid), entry: fn, entered: [] };
    calls.push(call);
    last.set(pid, call);
    return { call, below: 0 };
  }
}
