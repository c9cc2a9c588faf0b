// A training loop without the training, to be killed: node save-loop.mjs <run directory>
// Resumes from the newest checkpoint and announces every saved step on its output.

import { writeSync } from "node:fs";
import { join } from "node:path";
import { removeStale } from "../../dist/store/atomic.js";
import { latestCheckpoint, listCheckpoints, saveCheckpoint } from "../../dist/store/checkpoint.js";
import { openJournal } from "../../dist/store/journal.js";

const [dir] = process.argv.slice(2);
const checkpoints = join(dir, "checkpoints");
removeStale(checkpoints);
removeStale(dir);
let step = listCheckpoints(checkpoints).length > 0 ? latestCheckpoint(checkpoints).checkpoint.step : 0;
const journal = openJournal(join(dir, "metrics.ndjson"), { afterStep: step });
const n = 200_000;

for (;;) {
  step += 1;
  const parameters = { dtype: "float32", shape: [n], data: new Float32Array(n).fill(step) };
  journal.append({ step, energy: Math.sin(step), divergence: step % 7 === 0 ? Number.NaN : 0 });
  journal.flush();
  saveCheckpoint(checkpoints, { step, tensors: { parameters }, meta: { best: -step } });
  writeSync(1, `${step}\n`);
}
