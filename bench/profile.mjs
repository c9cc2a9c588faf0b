/** Where the time of a case goes: ONNX Runtime's own profile of the very programs that run, summed by operator. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cases, showSize } from "./cases.mjs";
import { middle } from "./rounds.mjs";
import { columns } from "./table.mjs";

/** Create every session with profiling on, by standing before the engine's own function. */
async function recordSessions(folder) {
  const { default: ort } = await import("onnxruntime-node");
  const create = ort.InferenceSession.create.bind(ort.InferenceSession);
  const sessions = [];
  ort.InferenceSession.create = async (model, options) => {
    const profileFilePrefix = join(folder, `session-${sessions.length}`);
    const session = await create(model, { ...options, enableProfiling: true, profileFilePrefix });
    sessions.push(session);
    return session;
  };
  return sessions;
}

/** Microseconds of each kernel of a run, as medians over runs: one that lost its processor does not count. */
function kernelTimes(file) {
  const events = JSON.parse(readFileSync(file, "utf8"));
  const runs = events.filter(({ name }) => name === "model_run").map(({ dur }) => dur);
  const byNode = new Map();
  for (const { cat, name, args, dur } of events) {
    // A loop's event holds those of its body.
    if (cat !== "Node" || !name.endsWith("_kernel_time") || args.op_name === "Scan") continue;
    const seen = byNode.get(name) ?? { operator: args.op_name, durations: [] };
    seen.durations.push(dur);
    byNode.set(name, seen);
  }
  const kernels = [...byNode.values()].map(({ operator, durations }) => {
    const calls = durations.length / runs.length;
    return { operator, calls, time: calls * middle(durations) };
  });
  return { kernels, run: middle(runs) };
}

function summary({ kernels, run }, unit, unitsPerRun) {
  const byOperator = new Map();
  for (const { operator, calls, time } of kernels) {
    const seen = byOperator.get(operator) ?? { calls: 0, time: 0 };
    byOperator.set(operator, { calls: seen.calls + calls, time: seen.time + time });
  }
  const all = kernels.reduce((sum, { time }) => sum + time, 0);
  const per = (n) => (n / unitsPerRun).toFixed(1);
  const rows = [...byOperator].sort(([, a], [, b]) => b.time - a.time);
  return columns([
    ["operator", "share", `µs per ${unit}`, `calls per ${unit}`],
    ...rows.map(([name, { time, calls }]) => [name, `${((100 * time) / all).toFixed(1)} %`, per(time), per(calls)]),
    ["all kernels", "", per(all), ""],
    ["the whole run", "", per(run), ""],
  ]);
}

/** A table for each size. Profiling costs about two microseconds a kernel call: the whole run looks slower than it is. */
export async function profile(kind, { quick }) {
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-profile-"));
  process.env.EBBFLOW_ENGINE = "onnx";
  const sessions = await recordSessions(folder);
  const { builders } = await import("./builders.mjs");
  const { watchedEngine } = await import("./engine.mjs");
  const { unit, unitsPerCall, runsPerCall = 1, sizes } = cases[kind];
  const texts = [];
  try {
    for (const size of quick ? sizes.slice(0, 1) : sizes) {
      const created = sessions.length;
      const { run } = await builders[kind](size, await watchedEngine());
      await run(Math.ceil(200 / (unitsPerCall * runsPerCall)));
      sessions[created].endProfiling();
      const file = readdirSync(folder).find((name) => name.startsWith(`session-${created}_`));
      texts.push(
        `${kind} ${showSize(size)}\n${summary(kernelTimes(join(folder, file)), unit, unitsPerCall / runsPerCall)}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return `${texts.join("\n\n")}\n`;
}
