/**
 * The Chromium that pages are opened in: found, or installed where that can be done. `node scripts/chromium.mjs` installs
 * it, or says why it can't be.
 */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { isMain, runCommand, tail } from "./run-command.mjs";
import { main } from "./setup.mjs";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Its path; CHROMIUM names another. `undefined` where there is none. */
export const findChromium = () => [process.env.CHROMIUM, ...places].find((path) => path && existsSync(path));

const advice = "install one, or name it by CHROMIUM";

/** What Debian's package manager is told: nothing is asked, and a network that does not answer is left alone. */
const quiet = ["-q", "-y", "-o", "Acquire::http::Timeout=30", "-o", "Acquire::Retries=1"];
const commands = [
  ["update", ...quiet],
  ["install", ...quiet, "--no-install-recommends", "chromium"],
];

const systemHere = {
  mayInstall: () => process.platform === "linux" && process.getuid() === 0,
  has: (program) => (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program))),
  find: findChromium,
  run: (args) =>
    runCommand({ command: "apt-get", args }, { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } }),
};

/**
 * Installs Chromium from Debian where there is none, which takes its package manager and the right to use it.
 * @returns why there is none all the same, in a line; `null` where there is one.
 */
export async function installChromium(system = systemHere) {
  if (system.find()) return null;
  if (!system.has("apt-get")) return `there is no Chromium, and no apt-get to install it: ${advice}`;
  if (!system.mayInstall())
    return `there is no Chromium, and only root may install it: apt-get install chromium, or name one by CHROMIUM`;
  for (const args of commands) {
    const { code, output } = await system.run(args);
    if (code !== 0) return `there is no Chromium, and apt-get ${args[0]} failed (${tail(output, 1)}): ${advice}`;
  }
  return system.find() ? null : `Debian's Chromium is installed at another place than usual: name it by CHROMIUM`;
}

/** The same, told where there is something to do. */
export async function needChromium() {
  if (findChromium()) return null;
  console.error("installing Chromium from Debian, if that can be done");
  return installChromium();
}

if (isMain(import.meta.url))
  await main(async () => {
    const lack = await needChromium();
    console.log(lack ?? findChromium());
    process.exitCode = lack ? 1 : 0;
  });
