/** `npm start`: sets the clone up, with the studio, and reproduces the two-mode experiment on the quick budget. Further arguments pass through. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildStudio } from "./build-studio.mjs";
import { isMain, root } from "./run-command.mjs";
import { main } from "./setup.mjs";

/** The value of `--name value` or `--name=value`, the last one given. */
export function optionOf(args, name) {
  const at = args.findLastIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  if (at < 0) return undefined;
  return args[at].includes("=") ? args[at].slice(name.length + 3) : args[at + 1];
}

/** `name`, or `name-2`, `name-3` …: the first that does not exist. */
export function nextFree(name, exists) {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}-${n}`;
    if (!exists(candidate)) return candidate;
  }
}

/** The arguments of ebbflow and the folder it writes to. */
export function startArguments(given, exists) {
  const budget = optionOf(given, "budget") ?? "quick";
  const out = optionOf(given, "out") ?? nextFree(`runs/two-modes-${budget}`, exists);
  const args = ["reproduce", "two-modes"];
  if (optionOf(given, "budget") === undefined) args.push("--budget", budget);
  if (optionOf(given, "out") === undefined) args.push("--out", out);
  return { args: [...args, ...given], out };
}

/** Runs until the child ends; Ctrl-C reaches the child, which stops by its own rules. */
function follow(args) {
  return new Promise((end) => {
    const child = spawn(process.execPath, [join(root, "dist/cli/main.js"), ...args], { cwd: root, stdio: "inherit" });
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.on("error", () => end(1));
    child.on("close", (code) => end(code ?? 1));
  });
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await buildStudio();
    const { args, out } = startArguments(process.argv.slice(2), (name) => existsSync(resolve(root, name)));
    process.exitCode = await follow(args);
    const report = join(out, "report.html");
    if (existsSync(resolve(root, report))) console.log(`\nreport: ${report} (open it in a browser)`);
    else if (process.exitCode === 0) console.log(`\nresults: ${out}`);
    if (process.exitCode === 0) console.log("next: npx ebbflow studio, to train in a browser and watch");
  });
}
