/** `ebbflow score` on a file of a million rows: rows a second and the most memory, of the whole command. */

import { spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { tensor } from "ebbflow";
import { fillNormal, fold, makeKey } from "ebbflow/random";
import { fit as train } from "ebbflow/train";
import { middle } from "./rounds.mjs";
import { columns } from "./table.mjs";

const WIDTH = 20;
const key = makeKey(1);
const command = fileURLToPath(new URL("./cli/main.js", import.meta.resolve("ebbflow")));
/** What a process says at its end, on its fourth stream. */
const report = `data:text/javascript,import fs from "node:fs"; process.on("exit", () => fs.writeSync(3, String(process.resourceUsage().maxRSS)));`;

/** Rows of two Gaussians whose columns follow one another. */
function rowsOf(at, n) {
  const data = new Float64Array(n * WIDTH);
  fillNormal(fold(key, at), data);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < WIDTH; j++)
      data[i * WIDTH + j] =
        (j === 0 ? (i % 3 === 0 ? -2 : 1) : 0.6 * data[i * WIDTH + j - 1]) + 0.8 * data[i * WIDTH + j];
  return data;
}

function* csv(n) {
  yield `${Array.from({ length: WIDTH }, (_, j) => `x${j + 1}`).join()}\n`;
  for (let from = 0; from < n; from += 10_000) {
    const size = Math.min(10_000, n - from);
    const data = rowsOf(from, size);
    const lines = Array.from({ length: size }, (_, i) => Array.from(data.subarray(i * WIDTH, (i + 1) * WIDTH)).join());
    yield `${lines.join("\n")}\n`;
  }
}

/** Seconds and MB of one command. */
function run(args) {
  const began = performance.now();
  const child = spawn(process.execPath, ["--import", report, command, ...args], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let [said, memory] = ["", ""];
  child.stderr.on("data", (text) => {
    said += text;
  });
  child.stdio[3].on("data", (text) => {
    memory += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve({ seconds: (performance.now() - began) / 1000, memory: Number(memory) / 1024 })
        : reject(new Error(`ebbflow score: ${said}`)),
    );
  });
}

/** A table of sizes, with rows a second and MB at the most. */
export async function scoring({ rounds, quick }) {
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-score-"));
  try {
    const [model, file, out] = ["model", "rows.csv", "scored.csv"].map((name) => join(folder, name));
    await (await train(tensor(rowsOf("train", 2000), [2000, WIDTH]), { seed: 1 })).save(model);
    const rows = [];
    for (const n of quick ? [10_000, 100_000] : [10_000, 1_000_000]) {
      await pipeline(csv(n), createWriteStream(file));
      const all = [];
      for (let i = 0; i < (quick ? 1 : Math.min(rounds, 3)); i++)
        all.push(await run(["score", model, file, "--out", out, "--force"]));
      const seconds = middle(all.map((one) => one.seconds));
      const most = Math.max(...all.map((one) => one.memory));
      const size = statSync(file).size / 1e6;
      rows.push(
        [`${n} x ${WIDTH}`, size, seconds, n / seconds, most].map((v) =>
          typeof v === "string" ? v : `${Math.round(v)}`,
        ),
      );
    }
    return `the command, file to file\n${columns([["rows", "MB of CSV", "seconds", "rows a second", "MB of memory"], ...rows])}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
