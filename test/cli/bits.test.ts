/** The story of a table of bits: an energy of discrete points from the CSV to new rows. */

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { barsAndStripes } from "../../src/data/bars-and-stripes.js";
import { readCsv } from "../../src/data/csv.js";
import { writeCsv } from "../../src/data/write-csv.js";
import { makeKey } from "../../src/random/key.js";
import { tensor } from "../../src/util/tensor.js";
import { checkpointSteps, type Ended, ebbflow, scratch } from "./run-cli.js";

const folder = scratch();
const run = join(folder, "bits");
const columns = [..."abcdefghi", "off"];
const settings = (...all: readonly string[]): string[] => all.flatMap((setting) => ["--set", setting]);
const small = settings(
  "energy.hiddenUnits=8",
  "objective.chains=32",
  "objective.localSteps=2",
  "batch=32",
  "draws=500",
);
let trained: Ended;

/** Bars and stripes with a column that is never on. */
function table(n: number) {
  const { data } = barsAndStripes().draw(makeKey(4), n);
  const rows = Float64Array.from({ length: 10 * n }, (_, i) =>
    i % 10 === 9 ? 0 : data[9 * Math.floor(i / 10) + (i % 10)]!,
  );
  return { columns, rows: tensor(rows, [n, 10]) };
}

beforeAll(async () => {
  writeFileSync(join(folder, "bits.csv"), writeCsv(table(400)));
  const more = writeCsv(table(30));
  writeFileSync(join(folder, "more.csv"), more);
  const lines = more.split("\n");
  writeFileSync(
    join(folder, "half.csv"),
    lines.map((line, i) => (i === 6 ? line.replace(/^./, "0.5") : line)).join("\n"),
  );
  const every = settings("evaluateEvery=20", "checkpointEvery=20", "energy.name=rbm");
  trained = await ebbflow(["train", "bits.csv", "--out", run, "--steps", "60", ...every, ...small], folder);
});

describe("train", () => {
  test("takes an energy of bits without more ado, and judges it by what holds for bits", () => {
    expect(trained.code).toBe(0);
    const config = readFileSync(join(run, "config.yaml"), "utf8").split("\n");
    for (const line of ["flow: null", "  name: tempered-pcd", "  levels: 5", "    learningRate: 0.04", "    beta1: 0"])
      expect(config).toContain(line);
    expect(trained.stdout).toMatch(/^ +enumeration +-?\d+\.\d{6} +1024 states$/m);
    expect(trained.stdout).toMatch(/^ +exact +-?\d+\.\d{6} +the energy's own word$/m);
    for (const name of ["model", "independent columns"])
      expect(trained.stdout).toMatch(new RegExp(`^ +${name} +-\\d+\\.\\d+ +\\[-\\d+\\.\\d+ to -\\d+\\.\\d+\\]$`, "m"));
    expect(trained.stdout).toMatch(/^(The model|A law of independent columns|Held-out rows|Not decided)/);
    expect(trained.stdout).toContain("held-out bits per dimension, 95 % intervals");
    expect(trained.stdout).not.toMatch(/Gaussian|NaN|undefined/);
    expect(trained.stderr).not.toContain("notice");
  });

  test("writes a report of shares and pairs, and of nothing that bits do not have", () => {
    const page = readFileSync(join(run, "report.html"), "utf8");
    for (const title of ["Shares of 1", "Pairs of columns", "Validation rows", "Norms of gradients"])
      expect(page).toContain(`<title>${title}</title>`);
    expect(page).toContain("independent columns");
    expect(page).not.toMatch(/standardised|Gaussian|\bNaN\b|undefined|units of the data/);
  });

  test("knows a built-in data set of bits, and compares with its law over all states", async () => {
    const args = ["train", "--dataset", "bars-and-stripes", "--steps", "4", "--out", "known", "-q"];
    const { code, stdout } = await ebbflow([...args, ...small, ...settings("data.points=200")], folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^against the truth, over all 512 states: KL \d/m);
    const { evaluation } = JSON.parse(readFileSync(join(folder, "known", "summary.json"), "utf8"));
    const { truth, gaussian, independent } = evaluation;
    expect(truth).toMatchObject({ grid: null, modeWeights: null, states: { count: 512 } });
    expect([truth.states.kl > 0, gaussian, independent.mean.value < 0]).toEqual([true, null, true]);
  });

  test("learns conditionals without a sampler by name of the objective alone", async () => {
    const args = [
      "train",
      "bits.csv",
      "--objective",
      "pseudo-likelihood",
      "--steps",
      "4",
      "--out",
      "conditionals",
      "-q",
    ];
    const { code, stdout } = await ebbflow([...args, ...settings("draws=500", "energy.hiddenUnits=4")], folder);
    expect(code).toBe(0);
    expect(stdout).toContain("conditionals: 4 steps of 4");
  });

  test("tells who gave bits to an energy of real points", async () => {
    const plain = settings("energy.hidden=[4]", "flow.layers=1", "draws=100", "data.columns=[a,b]");
    const { code, stderr } = await ebbflow(["train", "bits.csv", "--steps", "1", "--out", "real", ...plain], folder);
    expect(code).toBe(0);
    expect(stderr).toContain(
      "notice: every number is 0 or 1, and the energy is of real points; one of bits: --set energy.name=",
    );
  });
});

describe("what follows", () => {
  test("resume ends at the same bytes", async () => {
    const last = join(run, "checkpoints", "step-00000060.safetensors");
    const [before, summary] = [readFileSync(last), readFileSync(join(run, "summary.json"))];
    rmSync(last);
    rmSync(join(run, "summary.json"));
    const { code } = await ebbflow(["resume", run, "-q"], folder);
    expect(code).toBe(0);
    expect(checkpointSteps(run)).toEqual([20, 40, 60]);
    expect(readFileSync(last).equals(before)).toBe(true);
    expect(readFileSync(join(run, "summary.json"))).toEqual(summary);
  });

  test("evaluate prints what train printed", async () => {
    expect((await ebbflow(["evaluate", run], folder)).stdout).toBe(trained.stdout);
  });

  test("sample writes bits under the names of the file, by Gibbs sweeps", async () => {
    const { code, stdout, stderr } = await ebbflow(["sample", run, "-n", "200", "--warmup", "20"], folder);
    expect(code).toBe(0);
    expect(stderr).toContain("sampler gibbs");
    const drawn = readCsv(stdout, { fit: false });
    expect(drawn.columns).toEqual(columns);
    expect(drawn.rows.shape).toEqual([200, 10]);
    expect(drawn.rows.data.every((v) => v === 0 || v === 1)).toBe(true);
    const others = await ebbflow(["sample", run, "-n", "8", "--sampler", "nuts"], folder);
    expect([others.code, others.stderr]).toEqual([
      2,
      expect.stringContaining("needs real points, and the energy's are binary"),
    ]);
  });

  test("score gives log-probabilities, and names a cell that is no bit", async () => {
    const { code, stdout } = await ebbflow(["score", run, "more.csv", "--json"], folder);
    expect(code).toBe(0);
    const { logDensity, logZ } = JSON.parse(stdout);
    expect(logDensity.every((v: number) => v < 0)).toBe(true);
    expect(logZ.standardError).toBe(0);
    const { code: refused, stderr } = await ebbflow(["score", run, "half.csv"], folder);
    expect([refused, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: half\.csv: row 7, column a: 0\.5 is neither 0 nor 1.*\n$/),
    ]);
  });

  test("doctor finds it healthy; impute says in one line what it is for", async () => {
    const { code, stdout } = await ebbflow(["doctor", run], folder);
    expect([code, stdout]).toEqual([0, expect.stringContaining("lie in the support, binary (0 or 1)")]);
    writeFileSync(join(folder, "holes.csv"), `${columns.join()}\n${"1,".repeat(9)}NA\n`);
    const imputed = await ebbflow(["impute", run, "holes.csv"], folder);
    expect([imputed.code, imputed.stderr]).toEqual([
      2,
      expect.stringMatching(/^error: impute: points are binary.*\n$/),
    ]);
  });
});

describe("wrong input ends with 2 and one line, and nothing is written", () => {
  const listed = (): string[] => readdirSync(folder);
  test.each([
    [
      "half.csv --set energy.name=rbm",
      /half\.csv: row 7, column a: 0\.5 is neither 0 nor 1, and points of energy rbm are/,
    ],
    [
      "bits.csv --set energy.name=rbm --objective balanced",
      /--objective balanced: objective balanced needs real points/,
    ],
    [
      "bits.csv --set energy.name=rbm --set flow.name=realnvp",
      /--set flow\.name=realnvp: flow realnvp is of real points/,
    ],
    [
      "bits.csv --set energy.name=tilted --objective ratio-matching",
      /needs discrete points, .* one of ising, neural-bits, potts, rbm/,
    ],
    ["bits.csv --set energy.name=rbm --objective pcd --set objective.local=mala", /sampler mala: needs real points/],
    ["bits.csv --set energy.name=potts", /energy potts: its points are categorical/],
    ["--dataset bars-and-stripes --set energy.name=tilted", /dataset bars-and-stripes has binary \(0 or 1\) points/],
    ["--dataset two-modes --set energy.name=rbm", /dataset two-modes: row 1, column x1: -?\d.* is neither 0 nor 1/],
    ["--dataset bars-and-stripes --set data.options.side=1", /dataset bars-and-stripes: option side/],
  ])("train %s", async (args, message) => {
    const all = listed();
    const { code, stdout, stderr } = await ebbflow(["train", ...args.split(" ")], folder);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr.trim()).toMatch(/^error: .+$/);
    expect(listed()).toEqual(all);
  });
});
