/** Runs programs for the other scripts: output kept for steps that are silent unless they fail. */

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The repository root. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const windows = process.platform === "win32";

/**
 * Run a program to its end.
 * `inherit` shows its output as it comes; otherwise `output` holds stdout and stderr as they interleaved, which `show`
 * shows as well.
 * `stdout` holds standard output alone. A program that cannot start gives code 127.
 */
export function runCommand(
  { command, args, shell = false },
  { cwd = root, env = process.env, inherit = false, show = false } = {},
) {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: inherit ? "inherit" : ["ignore", "pipe", "pipe"] });
    let output = "";
    let stdout = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      output += text;
      stdout += text;
      if (show) process.stdout.write(text);
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (show) process.stderr.write(text);
    });
    const end = (code) => resolve({ code, output, stdout, seconds: (performance.now() - start) / 1000 });
    child.on("error", (error) => {
      output += `${command}: ${error.message}\n`;
      end(127);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

/** npm with arguments: the npm that runs us when there is one, else the one on the path. */
export function npm(...args) {
  const cli = process.env.npm_execpath;
  if (cli && basename(cli) === "npm-cli.js" && existsSync(cli))
    return { command: process.execPath, args: [cli, ...args] };
  return onPath("npm", args);
}

/** A program of the path; Windows keeps npm and npx in `.cmd` files, which need a shell. */
export const onPath = (name, args) =>
  windows ? { command: `${name}.cmd`, args, shell: true } : { command: name, args };

/** The command of an installed package, run by this very node. */
export function packageBin(name, args, bin = basename(name)) {
  const manifest = join(root, "node_modules", name, "package.json");
  const declared = JSON.parse(readFileSync(manifest, "utf8")).bin;
  const path = typeof declared === "string" ? declared : declared[bin];
  return { command: process.execPath, args: [join(dirname(manifest), path), ...args] };
}

/** A script of ours. */
export const script = (name, ...args) => ({ command: process.execPath, args: [join(root, "scripts", name), ...args] });

/** The last lines of a text. */
export const tail = (text, lines = 40) => text.trimEnd().split("\n").slice(-lines).join("\n");

/** A program's result; an Error with its last lines when it fails. */
export async function mustRun(command, options) {
  const result = await runCommand(command, options);
  if (result.code !== 0) throw new Error(`exit code ${result.code}\n${tail(result.output, 30)}`);
  return result;
}

/** Whether this module is the program that node was asked to run. */
export const isMain = (url) => process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === url;
