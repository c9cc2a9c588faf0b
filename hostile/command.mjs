/** Runs the command line as a stranger's machine would, and keeps what it said, wrote and took. */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** Of what a process says, so much is kept. */
const KEPT = 2 ** 24;

/**
 * One call of `ebbflow` to its end.
 * `through` is a line of sh that has the command as `"$@"`, such as `"$@" | head -1`; `kill` ends it by a signal after so
 * many milliseconds. One that takes longer than `seconds` is ended and has `late` set. `peak` is its most memory in bytes,
 * as far as it was seen.
 */
export function call(args, { cwd, env = {}, stdin, seconds = 60, through, kill, signal = "SIGKILL", node = [] }) {
  const own = [process.execPath, ...node, main, ...args];
  const [program, ...rest] = through ? ["sh", "-c", through, "sh", ...own] : own;
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const stdio = [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"];
    // A group of its own, so that what it started ends with it.
    const child = spawn(program, rest, { cwd, stdio, detached: true, env: { PATH: process.env.PATH, ...env } });
    const said = { stdout: [], stderr: [] };
    for (const name of ["stdout", "stderr"]) {
      let size = 0;
      child[name].on("data", (part) => {
        if (size < KEPT) said[name].push(part);
        size += part.length;
      });
    }
    if (stdin !== undefined) {
      child.stdin.on("error", () => {});
      child.stdin.end(stdin);
    }
    let [late, peak] = [false, 0];
    const end = (how) => {
      try {
        process.kill(-child.pid, how);
      } catch {
        // It has ended.
      }
    };
    const watch = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid));
    }, 50);
    const limit = setTimeout(() => {
      late = true;
      end("SIGKILL");
    }, 1000 * seconds);
    const killing = kill === undefined ? undefined : setTimeout(() => end(signal), kill);
    child.on("error", reject);
    child.on("close", (code, by) => {
      clearInterval(watch);
      clearTimeout(limit);
      clearTimeout(killing);
      const took = (performance.now() - began) / 1000;
      resolve({ args, code, by, late, peak, took, ...utf8(said) });
    });
  });
}

const utf8 = (said) => ({
  stdout: Buffer.concat(said.stdout).toString("utf8"),
  stderr: Buffer.concat(said.stderr).toString("utf8"),
});

function peakOf(pid) {
  try {
    return 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
