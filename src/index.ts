/**
 * What a person's own experiment imports:
 * `import { experiment, claim, is, sockaddr_in, AF_INET } from "netlab"`.
 * This is the public part: it changes by SemVer.
 */
export * from "./constants.ts";
export * from "./core.ts";
