/** In a person's own experiment, wherever the file lies, "netlab" means the copy that runs it. */
import * as nodeModule from "node:module";

/** From here on, `import … from "netlab"` in this thread finds this copy. */
export function knowNetlab(): void {
  const index = new URL("./index.js", import.meta.url).href;
  const sync = (nodeModule as unknown as { registerHooks?: (hooks: object) => void }).registerHooks;
  if (sync !== undefined) {
    sync({
      resolve: (name: string, context: unknown, next: Next) =>
        (name === "netlab" ? { url: index, shortCircuit: true } : next(name, context)),
    });
    return;
  }
  const source = `export const resolve = async (name, context, next) =>
    name === "netlab" ? { url: ${JSON.stringify(index)}, shortCircuit: true } : next(name, context);`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(source)}`);
}
type Next = (name: string, context: unknown) => unknown;
