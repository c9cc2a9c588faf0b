/** From nothing to the first step: new processes, with what compiling and the first call took, and the most memory. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { showSize } from "./cases.mjs";
import { startContenders, stopContenders } from "./contender.mjs";
import { middle } from "./rounds.mjs";
import { columns, digits } from "./table.mjs";

const programs = [
  ["langevin", { batch: 128, width: 64 }],
  ["pcd", { batch: 128, width: 64 }],
  ["balanced", { batch: 256, width: 128 }],
  ...[1, 2, 4, 8, 16].map((layers) => ["flow", { flow: "realnvp", of: "gradient", layers }]),
];

/** With an empty folder of modules, and with what the process before left there. */
const starts = [
  { name: "onnx", text: "onnx" },
  { name: "wasm", text: "wasm" },
  { name: "c", text: "c, cold" },
  { name: "c", text: "c, kept" },
  { name: "jax", text: "jax" },
];

async function startOnce(name, kind, size, { folder, cache }) {
  const began = performance.now();
  const [one] = await startContenders([name], { EBBFLOW_CACHE: cache });
  if (one.missing) return null;
  try {
    const file = join(folder, "problem.json");
    const { first } = await one.ask({ prepare: one.ours ? { kind, size, file } : file });
    const all = performance.now() - began;
    return { first, all, ...(await one.ask({ memory: true })) };
  } finally {
    stopContenders([one]);
  }
}

/** A table of programs: seconds to compile and compute once, of the whole process until then, and its memory. */
export async function startTimes({ rounds, quick }) {
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-start-"));
  try {
    const rows = [];
    for (const [kind, size] of quick ? programs.slice(0, 1) : programs) {
      const seen = starts.map(() => []);
      for (let round = 0; round < Math.min(rounds, 3); round++) {
        const cache = join(folder, `cache-${round}`);
        rmSync(cache, { recursive: true, force: true });
        for (const [i, { name }] of starts.entries()) {
          const one = await startOnce(name, kind, size, { folder, cache });
          if (one) seen[i].push(one);
        }
      }
      const cell = (all) => {
        if (all.length === 0) return "-";
        const of = (what) => middle(all.map((one) => one[what]));
        return `${digits(of("first") / 1000, 2)} / ${digits(of("all") / 1000, 2)} s, ${Math.round(of("mb"))} MB`;
      };
      rows.push([kind, showSize(size), ...seen.map(cell)]);
    }
    const head = ["program", "size", ...starts.map(({ text }) => text)];
    return `compiling and the first call / the whole process until then, its most memory\n${columns([head, ...rows], 2)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
