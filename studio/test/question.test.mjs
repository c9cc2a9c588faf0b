import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { lacking, openStudio, seriousProblems } from "./pages.mjs";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "ebbflow-question-"));
const run = async (...args) => (await promisify(execFile)(process.execPath, [main, ...args], { cwd: folder })).stdout;

/** Rows of a skewed size, a place that goes with it, and a kind. */
const rows = Array.from({ length: 400 }, (_, i) => {
  const u = ((i * 7919) % 400) / 400;
  const size = Math.exp(3 + 1.5 * u + 0.3 * Math.sin(i));
  return [size.toFixed(2), (2 - u + 0.4 * Math.cos(3 * i)).toFixed(3), u > 0.6 ? "villa" : "flat"];
});
const [COLUMNS, ASKED] = [
  ["size", "place", "kind"],
  ["70.5", "1.25", "villa"],
];
const csv = (...lines) => `${[COLUMNS, ...lines].map((line) => line.join(",")).join("\n")}\n`;
const address = "#question=runs/mine/&show=density&layers=";

describe.skipIf(lacking)(`a question of the studio${lacking ? ` (${lacking})` : ""}`, () => {
  let studio;
  beforeAll(async () => {
    writeFileSync(join(folder, "table.csv"), csv(...rows));
    writeFileSync(join(folder, "asked.csv"), csv(ASKED));
    await run("train", "table.csv", "--out", "mine", "--steps", "60", "--quiet");
    studio = await openStudio({ runs: folder });
  }, 300_000);
  afterEach(() => studio?.clear());
  afterAll(async () => {
    await studio?.close();
    rmSync(folder, { recursive: true, force: true });
    expect(studio?.errors).toEqual([]);
  });
  const open = (hash) => studio.open(hash, { ready: false });
  const section = (page, name) => page.getByRole("region", { name, exact: true });

  it("is answered by the numbers of the command line, and by its whole state in the address", async () => {
    const page = await open("#question=choose");
    await page.getByRole("button", { name: "mine", exact: true }).click();
    for (const [i, name] of COLUMNS.entries()) {
      const cell = page.getByLabel(name, { exact: true });
      if (name === "kind") await cell.selectOption(ASKED[i]);
      else await cell.fill(ASKED[i]);
    }
    await page.keyboard.press("Tab");
    const told = async (on) => {
      const text = await section(on, "A row").textContent();
      return [/energy E\s*(-?[\d.]+)/, /log p, nats\s*(-?[\d.]+)/, /p-value\s*([\d.]+)/].map((pattern) =>
        Number(pattern.exec(text)?.[1]),
      );
    };
    const [head, line] = (await run("score", "mine", "asked.csv"))
      .trim()
      .split("\n")
      .map((text) => text.split(","));
    const scored = (name) => Number(line[head.indexOf(name)]);
    await expect
      .poll(async () => Math.abs((await told(page))[1] - scored("logDensity")), { timeout: 60_000 })
      .toBeLessThan(1e-4);
    // Told to three digits.
    expect(Math.abs((await told(page))[2] - scored("pValue"))).toBeLessThan(0.01);

    const other = await open(new URL(page.url()).hash);
    await expect.poll(() => told(other), { timeout: 60_000 }).toEqual(await told(page));
    expect(await other.getByLabel("size", { exact: true }).inputValue()).toBe(ASKED[0]);
    expect(await seriousProblems(other)).toEqual([]);
  }, 240_000);

  it("draws rows that meet their conditions, all of them", async () => {
    const page = await open(address);
    const panel = section(page, "Draws");
    await panel.getByLabel("on the conditions").fill("kind=villa, size>60");
    await panel.getByLabel("rows").fill("200");
    await panel.getByRole("button", { name: "draw", exact: true }).click();
    const download = page.waitForEvent("download");
    await panel.getByRole("button", { name: "download CSV" }).click({ timeout: 120_000 });
    const [head, ...drawn] = readFileSync(await (await download).path(), "utf8")
      .trim()
      .split("\n");
    expect(head.trim()).toBe(COLUMNS.join(","));
    expect(drawn).toHaveLength(200);
    for (const text of drawn) {
      const [size, , kind] = text.trim().split(",");
      expect([kind, Number(size) > 60]).toEqual(["villa", true]);
    }
    // Of all rows two fifths are villas: conditions that did nothing would show.
    expect(new Set(drawn).size).toBeGreaterThan(50);
    expect(new URL(page.url()).hash).toContain("draws=200");
  }, 240_000);

  it("says in a line what is no model, and what cannot be reached", async () => {
    for (const [asked, says] of [
      ["runs/none/", /none/],
      ["index.html", /./],
    ]) {
      const page = await open(`#question=${asked}`);
      const alert = page.getByRole("alert").first();
      await alert.waitFor();
      const text = await alert.textContent();
      expect(text).toMatch(says);
      expect(text).not.toMatch(/\n\s+at |undefined|\[object/);
      expect(text.length).toBeLessThan(400);
    }
  }, 120_000);
});
