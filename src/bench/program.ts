/** A measured program: a process of its own that is asked for samples, and ends when nobody asks any more. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { plainEnvironment, WAYS } from "../lab/chamber/chamber.ts";
import type { ChamberMode } from "../lab/events.ts";
import { type Answer, answer, question } from "./sample.ts";

/** What is started: a program with its words, and a descriptor that it is given as its fourth, or null. */
export interface Start {
  readonly command: readonly string[];
  readonly file: number | null;
}

/** So long an answer may take, in ms: a sample takes some tens of them. */
const PATIENCE = 20_000;
type Waiting = (it: Answer) => void;

export class Program {
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #waiting: Waiting | null = null;
  #over: string | null = null;
  #said = "";

  /** In a network namespace of its own, if `mode` is not "none". */
  constructor(mode: ChamberMode, { command, file }: Start) {
    const [program, ...words] = [...WAYS[mode], ...command, ...(mode === "none" ? [] : ["lo"])];
    const stdio = ["pipe", "pipe", "pipe", ...(file === null ? [] : [file])] as const;
    this.#process = spawn(program!, words, { stdio: [...stdio], env: plainEnvironment() });
    const { stdin, stdout, stderr } = this.#process;
    stdin!.on("error", () => undefined);   // it has ended, and its end is told below
    stderr!.setEncoding("utf8").on("data", (text: string) => { this.#said += text; });
    createInterface({ input: stdout! }).on("line", (line) => this.#hear(line));
    this.#ended = new Promise((resolve) => {
      const over = (why: string): void => {
        this.#over ??= why;
        this.#answer({ why: this.#over });
        resolve();
      };
      this.#process.once("error", ({ message }) => over(message));
      this.#process.once("close", (code, signal) => over(this.#why(code, signal)));
    });
  }

  /** Why it has ended, or null. */
  get over(): string | null { return this.#over; }

  /** So many rounds of a loop. What it cannot do, or why it has ended, is an answer too. */
  async ask(loop: string, rounds: number): Promise<Answer> {
    if (this.#over !== null) return { why: this.#over };
    const bomb = setTimeout(() => this.#kill(`it gave no answer within ${PATIENCE / 1000} s`), PATIENCE);
    const answered = new Promise<Answer>((resolve) => { this.#waiting = resolve; });
    this.#process.stdin!.write(question(loop, rounds));
    return await answered.finally(() => clearTimeout(bomb));
  }

  /** Ends it, also in the middle of a sample. */
  async end(): Promise<void> {
    this.#kill("it was ended");
    await this.#ended;
  }

  #kill(why: string): void {
    this.#over ??= why;
    this.#process.kill("SIGKILL");
  }

  #hear(line: string): void {
    try {
      this.#answer(answer(line));
    } catch (error) {
      this.#answer({ why: (error as Error).message });
    }
  }

  #answer(it: Answer): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.(it);
  }

  #why(code: number | null, signal: NodeJS.Signals | null): string {
    if (signal !== null) return `its process was ended by ${signal}`;
    const last = this.#said.trim().split("\n").at(-1) ?? "";
    return last === "" ? `its process ended with ${code}` : last.replace(/^unshare: /, "");
  }
}
