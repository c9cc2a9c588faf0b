/** The whole story of a user with a CSV file: train, look, sample, evaluate, and programs that read the results. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readCsv } from "../../src/data/csv.js";
import { againstModel } from "../../src/run/coverage.js";
import type { RunSummary } from "../../src/run/run-summary.js";
import { readJournal } from "../../src/store/journal.js";
import { version } from "../../src/util/version.js";
import { checkpointSteps, type Ended, ebbflow, main, penguins, scratch, tiny } from "./run-cli.js";

const folder = scratch();
const run = join(folder, "mine");
const names = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];
let trained: Ended;

beforeAll(async () => {
  const every = ["--set", "evaluateEvery=20", "--set", "checkpointEvery=20"];
  trained = await ebbflow(["train", penguins, "--out", run, "--steps", "60", "--seed", "3", ...every, ...tiny], folder);
});

/** What is summed up of a run, without the checksum of its file. */
function summaryOf(folder: string): unknown {
  const { sha256, ...summary } = JSON.parse(readFileSync(join(folder, "summary.json"), "utf8"));
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  return summary;
}

describe("train", () => {
  test("ends well, with the results on stdout and what to do next on stderr", () => {
    expect(trained.code).toBe(0);
    expect(trained.stdout).toContain("60 steps of 60");
    expect(trained.stdout).toMatch(/^ +importance +-?\d+\.\d+ ± \d+\.\d+ +ESS \d+$/m);
    for (const name of ["ais", "bridge", "reverse-ais", "smc", "thermodynamic-integration"])
      expect(trained.stdout).toMatch(new RegExp(`^ +${name} +-?\\d+\\.\\d+ ± \\d+\\.\\d+( |$)`, "m"));
    expect(trained.stdout).toMatch(/^\d estimators agree: log Z = -?\d+\.\d+ ± \d+\.\d+\.$/m);
    expect(trained.stdout).toMatch(/^Nothing speaks against its log Z: \d estimators agree: /m);
    expect(trained.stdout).toContain("nats a row, 95 % intervals (68 rows)");
    // Bits per dimension are of bits, not of a table in units of its own.
    expect(trained.stdout).not.toContain("bits per dimension");
    for (const line of trained.stdout.split("\n")) expect([...line].length, line).toBeLessThanOrEqual(80);
    for (const name of ["model", "flow", "fitted Gaussian"])
      expect(trained.stdout).toMatch(new RegExp(`^ +${name} +-\\d+\\.\\d+ +\\[-\\d+\\.\\d+ to -\\d+\\.\\d+\\]$`, "m"));
    expect(trained.stdout).toMatch(
      /^(The model|A fitted Gaussian|A mixture|A kernel density|Held-out rows|Not decided)/,
    );
    expect(trained.stderr).toContain("342 rows of 4 columns");
    expect(trained.stderr).toMatch(/^rows: 240 training, 34 validation, 68 test$/m);
    expect(trained.stderr).toMatch(/next: ebbflow sample .*mine -n 1000 --out samples\.csv/);
  });

  test("leaves a folder that holds everything, and nothing half-written", () => {
    for (const file of ["config.yaml", "run.json", "data.safetensors", "metrics.ndjson", "summary.json", "report.html"])
      expect(existsSync(join(run, file)), file).toBe(true);
    expect(checkpointSteps(run)).toEqual([20, 40, 60]);
    const info = JSON.parse(readFileSync(join(run, "run.json"), "utf8")) as Record<string, unknown>;
    expect(info).toMatchObject({ seed: 3, ebbflow: version });
    const records = readJournal(join(run, "metrics.ndjson"));
    expect(records.filter((r) => "energyGap" in r).map((r) => r.step)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(records.filter((r) => "validation" in r).map((r) => r.step)).toEqual([10, 20, 40, 60]);
    const summary = JSON.parse(readFileSync(join(run, "summary.json"), "utf8")) as RunSummary;
    const against = againstModel(summary.calibration!);
    const told = /Held-out\s+rows\s+lie\s+where/.test(trained.stdout);
    expect({ rows: summary.calibration!.rows, told }).toEqual({ rows: expect.any(Number), told: against !== null });
  });

  test("writes a report that needs nothing but itself: verdict, every pair of columns, the course of the training", () => {
    const page = readFileSync(join(run, "report.html"), "utf8");
    expect(page).toContain("<title>balanced on penguins.csv</title>");
    expect(page).toMatch(/(The model|A fitted Gaussian|A mixture|A kernel density|Held-out rows|Not decided)/);
    for (const title of ["The model under the rows", "Coverage of density regions", "Validation rows", "Acceptance"])
      expect(page).toContain(`<title>${title}</title>`);
    // The picture is before any words, and holds every pair of columns.
    expect(page.indexOf("<svg")).toBeLessThan(page.indexOf("<p"));
    expect(page).toContain(`Every pair of ${names.join(", ")}:`);
    for (const name of ["the flow alone", "fitted Gaussian"]) expect(page).toMatch(new RegExp(`<td>${name}</td>`));
    expect(page).not.toMatch(/\b(src|href)="(?!#)|NaN|undefined/);
    expect(page).not.toContain(folder);
  });

  test("keeps a configuration that trains the same model again, wherever it is called from", async () => {
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(elsewhere);
    const again = await ebbflow(
      ["train", "--config", "../mine/config.yaml", "--out", "again", "-q", "--json"],
      elsewhere,
    );
    expect(again.code).toBe(0);
    expect(again.stderr).toBe("");
    const last = "checkpoints/step-00000060.safetensors";
    expect(readFileSync(join(elsewhere, "again", last)).equals(readFileSync(join(run, last)))).toBe(true);
    expect(readFileSync(join(elsewhere, "again/summary.json"))).toEqual(readFileSync(join(run, "summary.json")));
    expect(JSON.parse(again.stdout)).toEqual({
      run: "again",
      step: 60,
      finished: true,
      summary: summaryOf(run),
    });
  });

  test("names the folder after the data, and the next one with a number; --set is over flags, flags over the file", async () => {
    const place = join(folder, "names");
    mkdirSync(place);
    writeFileSync(join(place, "c.yaml"), "data: { file: ../unused.csv, points: 7 }\nsteps: 9\nseed: 5\nselect: last\n");
    const args = ["train", "--config", "c.yaml", "--dataset", "two-modes", "--steps", "3", "--seed", "6", "-q"];
    const settings = ["--set", "data.points=200", "--set", "seed=8", ...tiny];
    for (const name of ["two-modes", "two-modes-2"]) {
      const { code, stdout, stderr } = await ebbflow([...args, ...settings], place);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain(`runs/${name}: 3 steps of 3`);
      expect(stdout).toMatch(/mode 1 +0\.6667 +\d/);
    }
    const config = readFileSync(join(place, "runs/two-modes-2/config.yaml"), "utf8");
    for (const line of ["  dataset: two-modes", "  points: 200", "seed: 8", "steps: 3", "select: last"])
      expect(config.split("\n")).toContain(line);
  });
});

describe("resume", () => {
  test("of a finished run says so and changes nothing", async () => {
    const before = statSync(join(run, "summary.json")).mtimeMs;
    const { code, stdout, stderr } = await ebbflow(["resume", run], folder);
    expect(code).toBe(0);
    expect(stderr).toContain("is finished: 60 of 60 steps");
    expect(stdout).toBe(trained.stdout);
    expect(statSync(join(run, "summary.json")).mtimeMs).toBe(before);
  });
});

/** Whether the last row of a table is called. */
function lastOutlier(table: string): string | undefined {
  const lines = table.trim().split("\n");
  const unquoted = (line: string): string[] => line.replace(/"[^"]*"/g, "").split(",");
  return unquoted(lines.at(-1)!)[unquoted(lines[0]!).indexOf("outlier")];
}

describe("score", () => {
  test("keeps the file as it is, calls a monster by the tail, and says which columns make it one", async () => {
    const file = join(folder, "monster.csv");
    const lines = readFileSync(penguins, "utf8").trim().split("\n").slice(0, 16);
    const table = lines.map((line, i) => (i === 0 ? `id,${line},"a note"` : `p${i},${line},"x, ${i}"`));
    writeFileSync(file, [...table, 'p16,60,30,100,9000,"x, 16"'].join("\n"));
    const { stdout, stderr } = await ebbflow(["score", run, file], folder);
    const written = stdout.trim().split("\n");
    expect(written[0]).toBe(`id,${lines[0]},a note,logDensity,pValue,outlier,why`);
    for (const [i, line] of table.entries()) if (i > 0) expect(written[i]).toContain(`${line},`);
    expect(written.at(-1)).toMatch(/^p16,60,30,100,9000,"x, 16",-\d+\.\d+,0\.\d+,0,".*body_mass_g -\d/);
    expect(stderr).toMatch(/^less likely than every row it is compared with: row 16 \(p .*generalised Pareto law/m);
    expect(stderr).toMatch(
      /^row 16, log-density -\d+\.\d: given its other columns unlikely is .*body_mass_g = 9000 \(/m,
    );
    const tail = await ebbflow(["score", run, file, "--extrapolate", "--alpha", "0.01"], folder);
    expect(tail.stdout.split("\n")[0]).toContain(",pValue,pTail,outlier,unlikely,why");
    expect(lastOutlier(tail.stdout)).toBe("1");
    expect(tail.stderr).toMatch(/^1 of 16 rows has a p-value of at most 0.01, as 0.16 of so many like the data would/m);
    const kernel = await ebbflow(["score", run, file, "--by", "kernel", "--json"], folder);
    const { pValue, calibration, by, why, outlier } = JSON.parse(kernel.stdout);
    expect([by, outlier.at(-1), why[0].row]).toEqual(["kernel", true, 16]);
    expect(pValue.at(-1)).toBeCloseTo(1 / (calibration + 1), 12);
    // 60 per cent and more of the penguins train, and one in five is held out.
    expect(calibration).toBeGreaterThan(200);
    const again = join(folder, "again.csv");
    writeFileSync(again, stdout);
    const twice = await ebbflow(["score", run, again, "--why", "0"], folder);
    expect(twice.stderr).toContain("notice: logDensity, pValue, outlier of the file are replaced");
    expect(twice.stdout.split("\n")[0]).toBe(`id,${lines[0]},a note,why,logDensity,pValue,outlier`);
  });

  test("tells rows like the data from rows that are not, by p-values that are valid", async () => {
    const drawn = join(folder, "drawn.csv");
    await ebbflow(["sample", run, "-n", "200", "--out", drawn, "-q", "--force"], folder);
    const [header, ...lines] = readFileSync(drawn, "utf8").trim().split("\n");
    const odd = lines.slice(0, 5).map((line) =>
      line
        .split(",")
        .map((v, i) => (i === 0 ? Number(v) * 3 : v))
        .join(","),
    );
    const mixed = join(folder, "mixed.csv");
    writeFileSync(mixed, [header, ...lines, ...odd].join("\n"));
    const { code, stdout } = await ebbflow(["score", run, mixed, "--json"], folder);
    expect(code).toBe(0);
    const { pValue, logDensity, calibration } = JSON.parse(stdout) as Record<string, number[]> & {
      calibration: number;
    };
    const least = 1 / (calibration + 1);
    expect(pValue!.slice(200)).toEqual(new Array(5).fill(least));
    expect(Math.max(...logDensity!.slice(200))).toBeLessThan(Math.min(...logDensity!.slice(0, 200)));
    // A badly trained model may be off, but a share of small p-values of one half would not be a p-value.
    expect(pValue!.slice(0, 200).filter((p) => p <= 0.1).length).toBeLessThan(100);
    const text = await ebbflow(["score", run, mixed], folder);
    expect(text.stdout.split("\n")[0]).toBe(`${header},logDensity,pValue,outlier,why`);
    expect(text.stderr).toMatch(/^\d+ of 205 rows (is|are) called outliers, of which at most 10 % falsely/);
    expect(text.stderr).not.toContain("no log-density");
    // One row alone cannot be called among so many; by itself it can.
    const one = join(folder, "one-odd.csv");
    writeFileSync(one, [header, ...lines, odd[0]].join("\n"));
    const together = await ebbflow(["score", run, one], folder);
    expect(together.stderr).toMatch(
      /^notice: no p-value is below 1\/\d+, so that fewer than \d+ outliers among 201 rows/m,
    );
    expect(lastOutlier(together.stdout)).toBe("0");
    const each = await ebbflow(["score", run, one, "--each"], folder);
    expect(lastOutlier(each.stdout)).toBe("1");
    expect(each.stderr).toMatch(/each by its own p-value, as 10 % of rows like the data are/);
    const strict = await ebbflow(["score", run, one, "--each", "--rate", "1e-6"], folder);
    expect(strict.stderr).toMatch(/no row can be called at 0.000001; that takes 999999 held-out rows/);
  });

  test("names rows without a density, and calls them outliers whatever their p-values", async () => {
    const [header, ...lines] = readFileSync(penguins, "utf8").trim().split("\n");
    const far = join(folder, "far.csv");
    // Among so many rows the least p-value alone calls none.
    writeFileSync(far, [header, ...lines, lines[0]!.replace(/^[^,]+/, "1e200")].join("\n"));
    const { stdout, stderr } = await ebbflow(["score", run, far], folder);
    expect(stderr).toMatch(/^notice: no log-density at row 343 \((NaN|-∞)\): called outliers/m);
    expect(lastOutlier(stdout)).toBe("1");
    const { outlier, withoutDensity } = JSON.parse((await ebbflow(["score", run, far, "--json"], folder)).stdout) as {
      outlier: boolean[];
      withoutDensity: number[];
    };
    expect(withoutDensity).toEqual([343]);
    expect(outlier.at(-1)).toBe(true);
  });

  test("compares densities with a row of the file, and says when there is none", async () => {
    const { code, stdout } = await ebbflow(["score", run, penguins, "--relative-to", "3", "--json"], folder);
    expect(code).toBe(0);
    const { logDensity, logRatio } = JSON.parse(stdout) as Record<string, number[]>;
    expect(logRatio).toHaveLength(342);
    expect(logRatio![2]).toBe(0);
    for (const [i, v] of logRatio!.entries()) expect(v).toBeCloseTo(logDensity![i]! - logDensity![2]!, 8);
    const none = await ebbflow(["score", run, penguins, "--relative-to", "343"], folder);
    expect([none.code, none.stderr.trim()]).toEqual([2, "error: there is no row 343 to compare with; there are 342"]);
  });

  test("refuses files without the columns, and rates that are none", async () => {
    const other = join(folder, "other.csv");
    writeFileSync(other, "a,b\n1,2\n3,4\n");
    for (const [args, message] of [
      [[run, other], "other.csv"],
      [[run, join(folder, "missing.csv")], "no such file"],
      [[run, other, "--rate", "2"], "--rate 2: expected a number between 0 and 1"],
      [[run, other, "--alpha", "0"], "--alpha 0: expected a number between 0 and 1"],
    ] as const) {
      const { code, stderr } = await ebbflow(["score", ...args], folder);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
    }
  });
});

describe("impute", () => {
  test("fills missing cells and leaves the others, and says what it cannot fill", async () => {
    const holes = join(folder, "holes.csv");
    const lines = readFileSync(penguins, "utf8").trim().split("\n").slice(0, 7);
    const table = lines.map((line) => line.split(","));
    const known = table[2]![1];
    table[2]![0] = "NA";
    table[4]![1] = "";
    writeFileSync(holes, table.map((row) => row.join(",")).join("\n"));
    const filled = join(folder, "filled.csv");
    const { code, stderr } = await ebbflow(["impute", run, holes, "--out", filled, "--draws", "100"], folder);
    expect(code).toBe(0);
    const rows = readFileSync(filled, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    expect(rows).toHaveLength(7);
    expect(Number(rows[2]![1])).toBeCloseTo(Number(known), 9);
    for (const row of rows.slice(1)) for (const cell of row) expect(Number.isFinite(Number(cell)), cell).toBe(true);
    expect(stderr).not.toContain("have not shown");
    const far = join(folder, "far.csv");
    writeFileSync(far, [lines[0], "NA,15,200,99000", "40,17,195,4000"].join("\n"));
    const told = await ebbflow(["impute", run, far, "--draws", "20", "--warmup", "20"], folder);
    expect(told.stderr).toContain("1 of 2 rows is given what the training rows have not shown");
    expect(told.stderr).toMatch(/^ {2}row 1: body_mass_g = 99000 \(no rows there; theirs are \d+ to \d+\)$/m);
    const refused = await ebbflow(["score", run, holes], folder);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("impute")]);
  });
});

describe("denoise", () => {
  test("moves rows towards the data in the units of the file, and says what it needs", async () => {
    const noisy = join(folder, "noisy.csv");
    const lines = readFileSync(penguins, "utf8").trim().split("\n").slice(0, 5);
    writeFileSync(noisy, lines.join("\n"));
    const by = (sigma: string, ...flags: string[]) =>
      ebbflow(["denoise", run, noisy, "--sigma", sigma, "--warmup", "50", "--draws", "20", ...flags], folder);
    const rowsOf = (text: string) =>
      text
        .trim()
        .split("\n")
        .map((line) => line.split(","));
    const { code, stdout, stderr } = await by(names.map((name) => `${name}=1e-6`).join(","));
    expect(code).toBe(0);
    expect(stderr).toContain("4 rows denoised");
    // Noise of a millionth of a unit leaves nothing to take out.
    for (const [i, row] of rowsOf(stdout).slice(1).entries())
      for (const [j, cell] of row.entries()) expect(Number(cell)).toBeCloseTo(Number(rowsOf(lines[i + 1]!)[0]![j]), 3);
    const step = await by("0.01", "--method", "gradient");
    expect(step.code).toBe(0);
    expect(step.stderr).toContain("does not know itself smoothed");
    for (const [sigma, message] of [
      ["0", "is not a positive number"],
      ["much", "is not a positive number"],
      [`${names[0]}=1`, `no number for ${names.slice(1).join(", ")}`],
      ["lenght=1", "no column lenght"],
    ] as const) {
      const refused = await by(sigma);
      expect([refused.code, refused.stderr.trim().split("\n").length]).toEqual([2, 1]);
      expect(refused.stderr).toContain(message);
    }
  });
});

describe("sample", () => {
  test("takes another sampler with options, and refuses what there is not or does not fit", async () => {
    const by = async (...flags: string[]) =>
      ebbflow(["sample", run, "-n", "40", "--warmup", "20", "--json", ...flags], folder);
    const nuts = await by("--sampler", "nuts", "--set", "maxDepth=4");
    expect(nuts.code).toBe(0);
    expect(JSON.parse(nuts.stdout).sampler).toBe("nuts");
    for (const [flags, message] of [
      [["--sampler", "nut"], 'unknown sampler "nut", did you mean "nuts"?'],
      [["--sampler", "nuts", "--set", "stepSise=1"], "unknown option stepSise"],
      [["--sampler", "nuts", "--set", "stepSize=-1"], "option stepSize"],
      [["--set", "stepSize=1"], "name it with --sampler"],
      [["--sampler", "gibbs-with-gradients"], "needs binary or categorical points, and the energy's are real"],
    ] as const) {
      const { code, stderr } = await by(...flags);
      expect([code, stderr.trim().split("\n").length]).toEqual([2, 1]);
      expect(stderr).toContain(message);
    }
  });

  test("writes rows with the names and the units of the file, the same for the same seed", async () => {
    const out = join(folder, "x.csv");
    const { code, stdout, stderr } = await ebbflow(["sample", run, "-n", "400", "--seed", "1", "--out", out], folder);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(/localAcceptance 0\.\d\d, globalAcceptance [01]\.\d\d/);
    for (const name of names) expect(stderr).toMatch(new RegExp(`${name} +\\d\\.\\d{3} +\\d+`));
    expect(stderr).toMatch(/^(The chains|Nothing speaks)/m);
    const text = readFileSync(out, "utf8");
    const { columns, rows } = readCsv(text);
    expect(columns).toEqual(names);
    expect(rows.shape).toEqual([400, 4]);
    // After 60 steps the model is still about a Gaussian: body mass about 4200 ± 800 g in the file.
    const mass = Array.from({ length: 400 }, (_, i) => rows.data[4 * i + 3] ?? 0);
    const mean = mass.reduce((a, b) => a + b) / 400;
    expect(mean).toBeGreaterThan(3800);
    expect(mean).toBeLessThan(4600);
    const again = await ebbflow(["sample", run, "-n", "400", "--seed", "1", "-q"], folder);
    expect(again.stdout).toBe(text);
    expect(again.stderr).toBe("");
    const other = await ebbflow(["sample", run, "-n", "400", "--seed", "2", "-q"], folder);
    expect(other.stdout).not.toBe(text);
  });

  test("does not overwrite unless told to", async () => {
    const out = join(folder, "kept.csv");
    writeFileSync(out, "precious");
    const refused = await ebbflow(["sample", run, "-n", "5", "--out", out], folder);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/kept\.csv exists; .*--force/);
    expect(readFileSync(out, "utf8")).toBe("precious");
    const forced = await ebbflow(["sample", run, "-n", "5", "--out", out, "--force"], folder);
    expect(forced.code).toBe(0);
    expect(forced.stderr).toContain("too few to tell");
    expect(readFileSync(out, "utf8").split("\n")).toHaveLength(7);
  });

  test("gives rows and diagnostics as one JSON document", async () => {
    const { stdout } = await ebbflow(["sample", run, "-n", "7", "--chains", "2", "--thin", "1", "--json"], folder);
    const { columns, rows, diagnostics } = JSON.parse(stdout);
    expect(columns).toEqual(names);
    expect(rows).toHaveLength(7);
    expect(rows[0]).toHaveLength(4);
    expect(diagnostics.columns.map((c: { name: string }) => c.name)).toEqual(names);
    expect(diagnostics.mixed).toBe(null);
  });

  test("ends quietly when the reader has enough", () => {
    const command = `"${process.execPath}" "${main}" sample "${run}" -n 30000 --chains 256 --thin 1 -q | head -n 2; echo "\${PIPESTATUS[0]}"`;
    const lines = execFileSync("bash", ["-c", `{ ${command}; } 2>&1`], { encoding: "utf8" })
      .trim()
      .split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(names.join(","));
    expect(lines[2]).toBe("0");
  });
});

describe("evaluate", () => {
  test("prints what train printed, and writes summary.json as it was", async () => {
    const before = readFileSync(join(run, "summary.json"));
    const { code, stdout } = await ebbflow(["evaluate", run], folder);
    expect(code).toBe(0);
    expect(stdout).toBe(trained.stdout);
    expect(readFileSync(join(run, "summary.json"))).toEqual(before);
  });

  test("with more draws and the newest parameters gives another estimate", async () => {
    const before = readFileSync(join(run, "summary.json"));
    const { stdout } = await ebbflow(["evaluate", run, "--last", "--draws", "2000", "--json"], folder);
    const { summary } = JSON.parse(stdout);
    expect(summary.selected).toBe(60);
    expect(summary.evaluation.logZ.draws).toBe(2000);
    const { rows, agreement } = summary.evaluation.estimates;
    const importance = rows.find(({ name }: { name: string }) => name === "importance");
    expect(importance.logZ.value).toBe(summary.evaluation.logZ.logZ.value);
    expect(importance.from).toMatch(/^2000 draws of the flow/);
    expect(summary.evaluation.normaliser).toEqual(agreement.combined);
    expect(summaryOf(run)).toEqual(summary);
    writeFileSync(join(run, "summary.json"), before);
  });
});

describe("objectives that train one part", () => {
  test("a flow alone is judged as the model, exactly normalised", async () => {
    const out = join(folder, "flow");
    const args = ["train", penguins, "--objective", "flow-likelihood", "--steps", "20", "--out", out];
    const settings = ["energy.hidden=[8]", "flow.layers=2", "draws=500"].flatMap((s) => ["--set", s]);
    const { code, stdout } = await ebbflow([...args, ...settings], folder);
    expect(code).toBe(0);
    expect(stdout).toContain("model (the flow)");
    // The flow is its own proposal: every importance weight is 1 to rounding.
    const { summary } = JSON.parse((await ebbflow(["evaluate", out, "--json"], folder)).stdout);
    expect(Math.abs(summary.evaluation.logZ.logZ.value)).toBeLessThan(1e-4);
    const sampled = await ebbflow(["sample", out, "-n", "500", "--json"], folder);
    expect(JSON.parse(sampled.stdout).diagnostics.acceptance.globalAcceptance).toBeGreaterThan(0.99);
  });

  test("an energy alone is sampled by local chains, which says what they cannot do", async () => {
    const out = join(folder, "pcd");
    const settings = ["energy.hidden=[8]", "flow=null", "draws=500"].flatMap((s) => ["--set", s]);
    const { code, stdout } = await ebbflow(
      ["train", penguins, "--objective", "pcd", "--steps", "20", "--out", out, ...settings],
      folder,
    );
    expect(code).toBe(0);
    expect(readFileSync(join(out, "summary.json"), "utf8")).toContain("draws of a wide Gaussian");
    expect(stdout).not.toMatch(/^ +flow/m);
    const { stderr } = await ebbflow(["sample", out, "-n", "500"], folder);
    expect(stderr).toContain("do not jump between modes");
  });
});

describe("list and help", () => {
  test("--version is the version, and loads next to nothing to say so", () => {
    const coverage = join(folder, "coverage");
    const env = { ...process.env, NODE_V8_COVERAGE: coverage };
    const { stdout } = spawnSync(process.execPath, [main, "--version"], { env, encoding: "utf8" });
    expect(stdout).toBe(`${version}\n`);
    // What Node reports as covered is every file it loaded.
    const [report = ""] = readdirSync(coverage);
    const { result } = JSON.parse(readFileSync(join(coverage, report), "utf8")) as { result: { url: string }[] };
    const own = result.map(({ url }) => url.split("/dist/")[1]).filter((file) => file !== undefined);
    expect(own.sort()).toEqual([
      "cli/end-quietly.js",
      "cli/exit-code.js",
      "cli/exit-codes.js",
      "cli/main.js",
      "cli/terminal.js",
      "runtime/say-once.js",
      "util/errors.js",
      "util/on-disk.node.js",
      "util/version.js",
      "util/visible.js",
    ]);
    expect(result.filter(({ url }) => /node_modules\/(?!commander|picocolors)/.test(url))).toEqual([]);
  });

  test("every set is listed, sorted, with options; as text and as one JSON document", async () => {
    const { code, stdout } = await ebbflow(["list", "--json"], folder);
    expect(code).toBe(0);
    const all = JSON.parse(stdout) as Record<string, { name: string; about: string; options: { name: string }[] }[]>;
    const sets = [
      "datasets",
      "energies",
      "estimators",
      "experiments",
      "families",
      "flows",
      "metrics",
      "networks",
      "objectives",
    ];
    expect(Object.keys(all)).toEqual(["checks", "columns", "config", ...sets, "optimizers", "samplers"]);
    for (const members of Object.values(all)) {
      expect(members.length).toBeGreaterThan(0);
      expect(members.map((m) => m.name)).toEqual(members.map((m) => m.name).sort());
      for (const { about } of members) expect(about).not.toBe("");
    }
    expect(all.flows?.find((f) => f.name === "realnvp")?.options.find((o) => o.name === "layers")).toMatchObject({
      default: 8,
      required: false,
    });
    const text = (await ebbflow(["list", "flows"], folder)).stdout;
    expect(text).toMatch(/layers = 8: .*whole number ≥ 1 and ≤ 64/);
    expect(text).not.toContain("mala");
  });

  test("the help of every command has examples that name it", async () => {
    const overview = (await ebbflow(["--help"], folder)).stdout;
    for (const name of [
      "train",
      "resume",
      "sample",
      "score",
      "classify",
      "impute",
      "denoise",
      "evaluate",
      "doctor",
      "list",
      "reproduce",
    ]) {
      expect(overview).toContain(`  ${name} `);
      const { code, stdout } = await ebbflow([name, "--help"], folder);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`Examples?:\\n  ebbflow ${name}`));
    }
    const { stdout } = await ebbflow(["help", "resume"], folder);
    expect(stdout).toMatch(/^Usage: ebbflow resume \[options\] <dir>/);
  });
});
