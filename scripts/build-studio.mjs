/** `npm run studio`: the studio as a static site in dist/studio, when its sources or what they import have changed. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashFiles, listFiles } from "./list-files.mjs";
import { isMain, packageBin, root, runCommand, tail } from "./run-command.mjs";
import { main, SetupError, setup, withProgress } from "./setup.mjs";

const isSource = (name) => !/\.test\.ts$/.test(name);

/** @throws SetupError when it does not build. */
export async function buildStudio() {
  await setup({ build: true });
  const sources = ["studio", "dist"].flatMap((folder) => listFiles(root, folder, isSource));
  const hash = hashFiles(
    root,
    ["package-lock.json", ...sources].filter((file) => !file.startsWith("dist/studio")),
  );
  const stamp = join(root, "dist/studio/.ebbflow-build");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  await withProgress("building the studio", async () => {
    const built = await runCommand(packageBin("vite", ["build", "studio", "--logLevel", "warn"]));
    if (built.code !== 0) throw new SetupError(`${tail(built.output)}\nthe studio does not build (see above)`);
  });
  writeFileSync(stamp, hash);
}

if (isMain(import.meta.url)) await main(buildStudio);
