/** What a run may build around itself: further namespaces, and links between them. */

/** A network namespace inside the run. */
export interface Namespace {
  readonly name: string;
}
export interface Net {
  namespace(): Namespace;
  /** A veth pair: one end here, the other in a namespace. Both are up when it returns. */
  veth(here: string, there: readonly [name: string, where: Namespace]): void;
}
