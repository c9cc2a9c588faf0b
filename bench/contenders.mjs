/** Who takes part, one record each: the command of a child that answers requests, and what it needs. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const beside = (file) => fileURLToPath(new URL(file, import.meta.url));
const works = (command, args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

/** ebbflow, held to one of its engines, or left to choose. */
const engine = (name) => ({
  ours: true,
  command: [process.execPath, beside("ours.mjs")],
  env: { EBBFLOW_ENGINE: name },
});

/** A module `peer_NAME.py`. */
const peer = (name) => ({ ours: false, python: ["-B", beside("peers.py"), name] });

export const contenders = {
  onnx: engine("onnx"),
  c: engine("c"),
  wasm: engine("wasm"),
  auto: engine("auto"),
  torch: peer("torch"),
  compiled: peer("compiled"),
  jax: peer("jax"),
  sklearn: peer("sklearn"),
  sklearn64: peer("sklearn64"),
};

export const engines = Object.keys(contenders).filter((name) => contenders[name].ours);

/** A python for the peers: `EBBFLOW_BENCH_PYTHON`, else `python3` or `python` of the path. */
export function findPython() {
  const named = process.env.EBBFLOW_BENCH_PYTHON;
  const found = [named, "python3", "python"].find((name) => name && works(name, ["-c", "import numpy"]));
  if (named && found !== named) throw new Error(`EBBFLOW_BENCH_PYTHON: ${named} does not run, or has no numpy`);
  return found;
}
