import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseJournal } from "ebbflow/formats";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { lockRunDirectory } from "../../dist/store/index.js";
import { lacking, openStudio, seriousProblems } from "./pages.mjs";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "ebbflow-runs-"));
const [STEPS, HALF] = [40, 20];

/** Train a small run by the command line, which differs from others in the steps of its chains alone. */
async function train(name, localSteps) {
  const settings = {
    ...{ "data.options.preset": "paper", "data.points": 300, "energy.hidden": "[8]", flow: null },
    ...{ "objective.localSteps": localSteps, evaluateEvery: 10, keepEvery: 10, logEvery: 2, draws: 100, seed: 1 },
  };
  const set = Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const words = ["train", "--dataset", "two-modes", "--objective", "pcd", "--steps", STEPS, "--out", name, "--quiet"];
  const child = spawn(process.execPath, [main, ...words.map(String), ...set], { cwd: folder, stdio: "ignore" });
  expect(await new Promise((done) => child.on("close", done))).toBe(0);
}
const textOf = (...path) => readFileSync(join(folder, ...path), "utf8");
/** What somebody reads of it. */
const read = async (locator) => (await locator.allInnerTexts()).join("\n");
const rowOf = (page, name) =>
  page.getByRole("group", { name: "Runs", exact: true }).getByRole("row").filter({ hasText: name });

describe.skipIf(lacking)(`runs in the studio${lacking ? ` (${lacking})` : ""}`, () => {
  let studio;
  beforeAll(async () => {
    await train("short", 5);
    await train("long", 10);
    studio = await openStudio({ runs: folder });
  }, 120_000);
  afterEach(() => studio?.clear());
  afterAll(async () => {
    await studio?.close();
    rmSync(folder, { recursive: true, force: true });
    expect(studio?.errors).toEqual([]);
  });
  const open = (hash, options) => studio.open(hash, { ready: false, ...options });

  it("stand in a list and side by side, with the numbers of their files", async () => {
    const page = await open("#folders=");
    await rowOf(page, "short").getByRole("checkbox").check();
    await rowOf(page, "long").getByRole("checkbox").check();
    expect(new URL(page.url()).hash).toContain("folders=short,long");
    const { value, standardError } = JSON.parse(textOf("long", "summary.json")).evaluation.model.mean;
    const told = `${value.toFixed(4)} ± ${standardError.toFixed(4)}`;
    await expect.poll(() => read(rowOf(page, "long"))).toContain(told);
    const row = await read(rowOf(page, "long"));
    for (const part of ["pcd", `${STEPS} of ${STEPS}`, "ended", "nothing wrong"]) expect(row).toContain(part);

    const differing = page.getByRole("group", { name: "Configurations" }).locator("tr.differs");
    const cellsOf = async () => (await differing.allInnerTexts()).map((text) => text.trim().split(/\s+/));
    await expect.poll(cellsOf).toEqual([["localSteps", "5", "10"]]);
    await page.getByLabel(/all \d+ keys/).check();
    expect(await page.getByRole("group", { name: "Configurations" }).getByRole("row").count()).toBeGreaterThan(30);
    expect(await read(page.getByRole("group", { name: "Final figures" }))).toContain(told);

    const chart = page.locator("figure").filter({ hasText: "energy gap" });
    await chart.getByText("as a table").click();
    const last = parseJournal(readFileSync(join(folder, "long", "metrics.ndjson"))).findLast((r) => "energyGap" in r);
    // The curves of both come in their own time.
    const lastRow = chart.getByRole("row").last().locator("td");
    await expect.poll(async () => Number((await lastRow.allInnerTexts())[1])).toBeCloseTo(last.energyGap, 2);
    expect(await seriousProblems(page)).toEqual([]);
  }, 60_000);

  it("are drawn on axes of powers with words for what has no logarithm, over time as well", async () => {
    const page = await open("#folders=short,long&curves=energyGap&plot=log-values,smooth:10&overTime=1");
    await page
      .getByRole("note")
      .filter({ hasText: /A \(short\) has \d+ of 20/ })
      .waitFor();
    const chart = page.locator("figure");
    await chart.getByText("as a table").click();
    const times = parseJournal(readFileSync(join(folder, "long", "times.ndjson")));
    const most = Math.max(
      times.at(-1).seconds,
      parseJournal(Buffer.from(textOf("short", "times.ndjson"))).at(-1).seconds,
    );
    expect(Number(await read(chart.getByRole("row").last().locator("th")))).toBeCloseTo(most, 1);
    await page.getByRole("button", { name: "A short" }).click();
    expect(new URL(page.url()).hash).toContain("hidden=short");
    expect(await read(chart)).not.toContain("short");
  }, 60_000);

  it("grow while they are written, and are named where they are damaged or gone", async () => {
    cpSync(join(folder, "short"), join(folder, "live"), { recursive: true });
    rmSync(join(folder, "live/summary.json"));
    const lines = textOf("live", "metrics.ndjson").trimEnd().split("\n");
    const early = lines.filter((line) => JSON.parse(line).step <= HALF);
    const journal = join(folder, "live/metrics.ndjson");
    writeFileSync(journal, `${early.join("\n")}\n`);
    mkdirSync(join(folder, "broken"));
    writeFileSync(join(folder, "broken/run.json"), "{");

    const page = await open("#folders=live&curves=energyGap");
    const [live, broken] = ["live", "broken"].map((name) => rowOf(page, name));
    await expect.poll(() => read(live), { timeout: 10_000 }).toContain(`${HALF} of ${STEPS}`);
    expect(await read(live)).toContain("interrupted");
    await expect.poll(() => read(broken)).toMatch(/damaged: .*run.json/);
    const chart = page.locator("figure").filter({ hasText: "energy gap" });
    await chart.getByText("as a table").click();
    const last = () => read(chart.getByRole("row").last());
    expect(await last()).toMatch(new RegExp(`^${HALF}\\s`));

    const release = lockRunDirectory(join(folder, "live"));
    await expect.poll(() => read(live), { timeout: 10_000 }).toContain("running");
    writeFileSync(journal, `${lines.join("\n")}\n`);
    await expect.poll(() => read(live), { timeout: 10_000 }).toContain(`${STEPS} of ${STEPS}`);
    await expect.poll(last).toMatch(new RegExp(`^${STEPS}\\s`));
    release();
    rmSync(join(folder, "live"), { recursive: true });
    await expect.poll(() => read(live), { timeout: 10_000 }).toContain("gone");
    rmSync(join(folder, "broken"), { recursive: true });
  }, 60_000);

  it("say that there are none where no server has them, and fit a phone", async () => {
    const alone = await openStudio();
    const page = await alone.open("#folders=", { ready: false });
    await page.getByText("ebbflow studio runs/").waitFor();
    await alone.close();
    const phone = await open("#folders=short,long", { viewport: { width: 380, height: 800 } });
    await phone.getByRole("group", { name: "Final figures" }).waitFor();
    expect(await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }, 60_000);
});
