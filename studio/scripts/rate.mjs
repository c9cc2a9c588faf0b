/**
 * Steps a second of trainings in the built studio and by the command line, in turn:
 * `node studio/scripts/rate.mjs [rounds] [seconds]` prints `[{ name, studio: [rate, …], cli: [rate, …] }]` as JSON,
 * or `{ missing }` where there is no browser. Each round plays a page for a while and pauses it, then runs a process of
 * `ebbflow train` on the same configuration until it has trained for as long, and ends it.
 */

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lacking, openStudio } from "../test/pages.mjs";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const [rounds = 3, seconds = 8] = process.argv.slice(2).map(Number);
const common = ["data.dataset=two-modes", "data.options.preset=paper", "data.points=4000", "data.standardize=false"];
const settings = {
  "pcd, two-modes": [...common, "objective.name=pcd"],
  "balanced, two-modes": [...common, "objective.name=balanced"],
};
/** Long enough not to end in a round. */
const endless = ["steps=1000000", "logEvery=1"];

if (lacking) process.stdout.write(JSON.stringify({ missing: lacking }));
else {
  const studio = await openStudio();
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-rate-"));
  try {
    const found = [];
    for (const [name, words] of Object.entries(settings)) {
      const page = await studio.open(`#${[...words, ...endless].join("&")}`);
      const one = { name, studio: [], cli: [] };
      for (let round = 0; round < rounds; round++) {
        one.studio.push(await ofPage(page));
        one.cli.push(await ofCommand(words, join(folder, `${found.length}-${round}`)));
      }
      found.push(one);
      await studio.clear();
    }
    process.stdout.write(JSON.stringify(found));
  } finally {
    await studio.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Steps a second of a page that plays, once it has played for a while. */
async function ofPage(page) {
  const stepOf = async () =>
    Number(/step ([\d,]+)/.exec(await page.locator("output").first().textContent())?.[1].replaceAll(",", "") ?? 0);
  const before = await stepOf();
  await page.keyboard.press("Space");
  const rate = await rateOf(async () => (await stepOf()) - before);
  await page.keyboard.press("Space");
  return rate;
}

/** Steps a second of a process of the command line. */
async function ofCommand(words, run) {
  const set = [...words, ...endless].flatMap((word) => ["--set", word]);
  const process_ = spawn(process.execPath, [main, "train", "--out", run, ...set], { stdio: "ignore" });
  const ended = new Promise((done) => process_.once("exit", done));
  const file = join(run, "metrics.ndjson");
  try {
    return await rateOf(async () => {
      if (process_.exitCode !== null) throw new Error(`ebbflow train ended with ${process_.exitCode}`);
      if (!existsSync(file)) return 0;
      return Number(/.*"step":(\d+).*\n[^\n]*$/.exec(readFileSync(file, "utf8"))?.[1] ?? 0);
    });
  } finally {
    process_.kill("SIGKILL");
    await ended;
  }
}

/** How many are done a second, from when a second's worth is over. */
async function rateOf(done) {
  let [at, from] = [0, 0];
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const [now, count] = [performance.now(), await done()];
    if (at === 0 && count > 50) [at, from] = [now, count];
    if (at > 0 && now - at >= 1000 * seconds) return (1000 * (count - from)) / (now - at);
  }
}
