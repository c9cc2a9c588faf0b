/** Tables as people have them: from a pipe, compressed, written by other programs. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { npy, zip } from "../support/npz.js";
import { type Ended, ebbflow, penguins, scratch, start, tiny } from "./run-cli.js";

const folder = scratch();
const train = ["--steps", "3", "--quiet", ...tiny];

/** Run `ebbflow` with a file as its standard input. */
const piped = (file: string, args: readonly string[]): Promise<Ended> =>
  start(args, folder, ["bash", "-c", `cat "${file}" | "$@"`, "bash"]).ended;

beforeAll(async () => {
  writeFileSync(join(folder, "points.csv.gz"), gzipSync(readFileSync(penguins)));
  expect(await ebbflow(["train", penguins, "--out", "file", ...train], folder)).toMatchObject({ code: 0 });
});

test("rows from a pipe and from a compressed file are the rows of the file", async () => {
  expect(await piped(penguins, ["train", "-", ...train])).toMatchObject({ code: 0 });
  expect(await ebbflow(["train", "points.csv.gz", ...train], folder)).toMatchObject({ code: 0 });
  const bytes = (run: string) => readFileSync(join(folder, run, "data.safetensors"));
  expect(bytes("runs/stdin")).toEqual(bytes("file"));
  expect(bytes("runs/points")).toEqual(bytes("file"));
  expect(readFileSync(join(folder, "runs/stdin/config.yaml"), "utf8")).toMatch(/^ {2}file: "?-"?$/m);
});

test("rows to score come from a pipe too", async () => {
  const score = ["score", "file", "--json"];
  const fromPipe = await piped(penguins, [...score, "-"]);
  expect(fromPipe).toMatchObject({ code: 0 });
  expect(fromPipe.stdout).toBe((await ebbflow([...score, penguins], folder)).stdout);
});

test("the same rows as JSON lines and as an archive of arrays have the same scores", async () => {
  const [names, ...rows] = readFileSync(penguins, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const score = async (...args: string[]) => {
    const ended = await ebbflow(["score", ...args, "--json"], folder);
    expect(ended).toMatchObject({ code: 0 });
    const { run: _, why: __, ...scores } = JSON.parse(ended.stdout);
    return scores;
  };
  const objects = rows.map(
    (cells) =>
      `{${cells
        .map((cell, j) => `"${names![j]}": ${cell}`)
        .reverse()
        .join(", ")}}`,
  );
  writeFileSync(join(folder, "points.csv"), objects.join("\n"));
  expect(await score("file", "points.csv")).toEqual(await score("file", penguins));

  const values = rows.flatMap((cells) => cells.map(Number));
  const shape = `(${rows.length}, ${names!.length})`;
  const arrays = {
    y: npy(
      `(${rows.length},)`,
      rows.map(() => 1),
    ),
    X: npy(shape, values),
    Z: npy(shape, values),
  };
  const files = Object.entries(arrays).map(([name, bytes]) => ({ name: `${name}.npy`, bytes }));
  writeFileSync(join(folder, "arrays.npz"), zip(files));
  const trained = await ebbflow(["train", "arrays.npz", "--array", "X", "--out", "of-array", ...train], folder);
  expect(trained).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder, "of-array/config.yaml"), "utf8")).toMatch(/^ {2}array: X$/m);
  writeFileSync(join(folder, "rows.npy"), arrays.X);
  expect(await score("of-array", "arrays.npz", "--array", "Z")).toEqual(await score("of-array", "rows.npy"));
  const several = await ebbflow(["score", "of-array", "arrays.npz"], folder);
  expect(several).toMatchObject({ code: 2, stdout: "" });
  expect(several.stderr).toMatch(/^error: arrays\.npz holds 2 arrays of rows; choose one by --array: .*\n$/);
});

test("a file of several blocks has the scores of the same rows at once, and keeps its columns", async () => {
  const [names, ...rows] = readFileSync(penguins, "utf8").trim().split("\n");
  const wide = Array.from({ length: 5000 }, (_, i) => `"row ${i}, ${"x".repeat(300)}",${rows[i % rows.length]},7`);
  const text = `id,${names},outlier\n${wide.join("\n")}\n`;
  const [long, packed] = [join(folder, "long.csv"), join(folder, "long.csv.gz")];
  writeFileSync(long, text);
  writeFileSync(packed, gzipSync(text));
  const atOnce = await piped(long, ["score", "file", "-"]);
  expect(atOnce.code).toBe(0);
  expect(atOnce.stdout.slice(0, atOnce.stdout.indexOf("\n"))).toBe(`id,${names},logDensity,pValue,outlier,why`);
  for (const file of [long, packed]) expect(await ebbflow(["score", "file", file], folder)).toEqual(atOnce);
  expect(await ebbflow(["score", "file", long, "--out", "scored.csv"], folder)).toMatchObject({ code: 0, stdout: "" });
  expect(readFileSync(join(folder, "scored.csv"), "utf8")).toBe(atOnce.stdout);
});

test("what is no table is named in one line, by what it is", async () => {
  const pdf = join(folder, "table.csv");
  writeFileSync(pdf, "%PDF-1.4\n");
  const broken = join(folder, "broken.csv.gz");
  writeFileSync(broken, gzipSync(readFileSync(penguins)).subarray(0, 500));
  const image = join(folder, "image.csv");
  writeFileSync(
    image,
    Uint8Array.from({ length: 300 }, (_, i) => (i < 8 ? [137, 80, 78, 71, 13, 10, 26, 10][i]! : i)),
  );
  for (const [run, message] of [
    [ebbflow(["train", pdf], folder), /table\.csv is a PDF; copy its table/],
    [ebbflow(["train", image], folder), /image\.csv is a PNG picture/],
    [ebbflow(["score", "file", broken], folder), /broken\.csv\.gz: its gzip compression is broken \(unexpected end/],
    [piped(image, ["impute", "file", "-"]), /standard input is a PNG picture/],
    [start(["train", "-"], folder).ended, /standard input: no rows/],
    [ebbflow(["train", "/dev/zero"], folder), /is a device|no such file/],
  ] as const) {
    const { code, stdout, stderr } = await run;
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: [\x20-\x7e]+\n$/);
  }
});
