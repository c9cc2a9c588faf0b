/** Other programs, such as a compiler: run without a shell, ended with all they started when they take too long. */

import { type ChildProcess, spawn } from "node:child_process";

export interface Refused {
  /** Why, in one line. */
  readonly refused: string;
  /** It took too long. */
  readonly late?: true;
}

export const isRefused = (x: object): x is Refused => "refused" in x;

export interface ToolOptions {
  /** Milliseconds after which it is ended. */
  readonly timeout: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** What still runs when this process ends has nobody to work for. */
const running = new Set<ChildProcess>();
let watched = false;

/** A compiler is a program that starts others: they are one group. */
function end(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}

function watch(child: ChildProcess): void {
  running.add(child);
  if (watched) return;
  watched = true;
  process.on("exit", () => running.forEach(end));
}

/** How much of what a program prints is kept of either stream. */
const KEPT = 2 ** 20;

/** The line of a compiler's complaints that says what is wrong. */
function firstError(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim());
  const line = lines.find((one) => /error/i.test(one)) ?? lines[0] ?? "";
  return line.trim().slice(0, 200);
}

/** What it prints, once it has ended well. */
export function runTool(
  command: readonly [string, ...string[]],
  { timeout, cwd, env }: ToolOptions,
): Promise<{ readonly out: string } | Refused> {
  const [program, ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...{ detached: true, stdio: ["ignore", "pipe", "pipe"], windowsHide: true },
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
    });
    watch(child);
    const texts = { out: "", err: "" };
    const keep = (name: "out" | "err") => (chunk: Buffer) => {
      if (texts[name].length < KEPT) texts[name] += chunk.toString();
    };
    child.stdout?.on("data", keep("out"));
    child.stderr?.on("data", keep("err"));
    const settle = (result: { readonly out: string } | Refused): void => {
      clearTimeout(timer);
      running.delete(child);
      resolve(result);
    };
    const timer = setTimeout(() => {
      end(child);
      settle({ refused: `${program} was ended after ${timeout / 1000} s`, late: true });
    }, timeout);
    child.on("error", (error) => settle({ refused: `${program}: ${error.message}` }));
    child.on("close", (code, signal) => {
      if (code === 0) settle({ out: texts.out });
      else
        settle({
          refused: [`${program} ended with ${signal ?? code}`, firstError(texts.err)].filter(Boolean).join(": "),
        });
    });
  });
}
