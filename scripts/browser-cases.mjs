/** What a page must be able to do with the package, by either bundler: its code, and what it has to report. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { mustRun, root } from "./run-command.mjs";

const points = [
  [39.1, 18.7, 181, 3750],
  [46.5, 17.9, 192, 3500],
  [50, 16.3, 230, 5700],
];

/** A model that was saved and the folder of a run, made in Node, with the log-densities of some rows. */
async function madeInNode(folder) {
  const [run, file] = [join(folder, "run"), join(folder, "mine.ebbflow")];
  const small = ["energy.hidden=[8]", "flow.layers=2", "flow.hidden=[8]", "draws=1000", "evaluateEvery=10"];
  const settings = [...small, "checkpointEvery=10"].flatMap((setting) => ["--set", setting]);
  const train = ["train", join(root, "examples/penguins.csv"), "--steps", "30", "--quiet", "--out", run, ...settings];
  await mustRun({ command: process.execPath, args: [join(root, "dist/cli/main.js"), ...train] }, { cwd: folder });
  const program = `
    const { openModel } = await import(${JSON.stringify(join(root, "dist/index.js"))});
    const model = await openModel(${JSON.stringify(run)});
    await model.save(${JSON.stringify(file)});
    console.log(JSON.stringify([...(await model.logDensity(${JSON.stringify(points)}))]));`;
  const { stdout } = await mustRun(
    { command: process.execPath, args: ["--input-type=module", "-e", program] },
    { cwd: folder },
  );
  return { assets: { "mine.ebbflow": file, run }, expected: JSON.parse(stdout) };
}

/** A training that diverges at first and is set back, in one go and in two, with its checkpoints through a message. */
const session = `import { config as configs, train } from "ebbflow";
const config = configs.resolveConfig({
  data: { dataset: "two-modes", points: 300 },
  energy: { hidden: [6] },
  flow: null,
  objective: { name: "cd", localSteps: 2 },
  optimizer: { energy: { name: "sgd", learningRate: 100, schedule: "constant" } },
  steps: 40, batch: 16, checkpointEvery: 10, evaluateEvery: 20, draws: 100, onDivergence: "rollback",
});
const data = configs.prepareData(config, undefined);
async function work() {
  const seen = [];
  const whole = await train.startSession(config, data, { tell: ({ type }) => seen.push(type) });
  await train.runSession(whole);
  let saved = [];
  const keep = (event) => {
    if (event.type !== "checkpoint" && event.type !== "setBack") return;
    saved = [structuredClone(event.checkpoint), ...saved.filter(({ step }) => step < event.checkpoint.step)];
  };
  const first = await train.startSession(config, data, { tell: keep });
  await train.runSession(first, (step) => step !== 20);
  const rest = await train.startSession(config, data, { resume: { checkpoints: saved } });
  const resumedAt = rest.at().step;
  await train.runSession(rest);
  const [a, b] = [whole, rest].map((one) => [...one.state()["params.energy"].data]);
  const judged = await rest.evaluate();
  return { resumedAt, end: rest.at(), setBack: seen.filter((type) => type === "setBack").length, same: a.every((v, i) => v === b[i]), judged };
}
`;

/** ONNX Runtime in a folder of its own, which the script names; esbuild places nothing by itself. */
const wasm = (bundler) =>
  bundler === "esbuild"
    ? 'import { wasmFrom } from "ebbflow/runtime";\nwasmFrom("/assets/ort-wasm-simd-threaded.wasm");\n'
    : "";

const train = `
const rows = Array.from({ length: 200 }, (_, i) => [Math.sin(i), Math.cos(2 * i) + Math.sin(i)]);
const options = { steps: 5, batch: 32, draws: 200, seed: 1, flow: { layers: 2, hidden: [8] }, energy: { hidden: [8] } };
const model = await fit(rows, options);
const logDensity = [...(await model.logDensity([[0, 0], [0.5, 1]]))];
`;

const trained = ({ logDensity, verdict }) => {
  assert.equal(logDensity.length, 2);
  for (const value of logDensity) assert.ok(Number.isFinite(value), `log-density ${value}`);
  assert.equal(typeof verdict, "string");
  return `log-density ${logDensity.map((v) => v.toFixed(3)).join(", ")}`;
};

/** `files` of a page for a bundler; `prepare` makes what is served beside it, and what \`judge\` compares with; \`judge\` throws, or says in words what was reported. */
export const cases = [
  {
    name: "reads a table and evaluates a density",
    files: () => ({
      "main.js": `import { data, tensor } from "ebbflow";
const text = data.readCsv('a,"b, c"\\n1,2\\n3,-4.5\\n');
const bytes = await data.readTable(new TextEncoder().encode("x1;x2\\r\\n1;2\\r\\n3;4\\r\\n"));
let refused;
try { data.readCsv("a,b\\n1,x\\n2,3\\n"); } catch (error) { refused = error.message; }
const at = data.twoModes().logDensity(tensor(Float64Array.of(1, 1), [1, 2]));
report({ columns: text.columns, rows: [...text.rows.data], bytes: [...bytes.rows.data], refused, at: [...at] });`,
    }),
    judge({ columns, rows, bytes, refused, at }) {
      assert.deepEqual(
        [columns, rows, bytes],
        [
          ["a", "b, c"],
          [1, 2, 3, -4.5],
          [1, 2, 3, 4],
        ],
      );
      assert.match(refused, /row 2, column b: "x" is text/);
      assert.ok(Number.isFinite(at[0]));
      return `${rows.length} numbers, log-density ${at[0].toFixed(3)}`;
    },
  },
  {
    name: "fits a model",
    // ONNX Runtime lies beside the script.
    files: () => ({
      "main.js": `import { fit } from "ebbflow";
${train}
report({ logDensity, verdict: model.evaluation.verdict });`,
    }),
    judge: trained,
  },
  {
    name: "fits a model in a module worker",
    workers: ["worker.js"],
    files: (bundler) => ({
      "main.js": `const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => report(data);
worker.onerror = ({ message }) => report({ error: message || "the worker could not be loaded" });`,
      "worker.js": `import { fit } from "ebbflow";
${wasm(bundler)}
async function work() {${train}
  return { logDensity, verdict: model.evaluation.verdict };
}
work().then(postMessage, (error) => postMessage({ error: String(error?.stack ?? error) }));`,
    }),
    judge({ error, ...reported }) {
      assert.equal(error, undefined);
      return trained(reported);
    },
  },
  {
    name: "computes in ebbflow's own thread",
    // What README says of esbuild: the thread's script is an entry of its own, beside the page's.
    workers: ["../node_modules/ebbflow/dist/runtime/serve-web.js"],
    files: (bundler) => ({
      "main.js": `import { tensor } from "ebbflow";
import { square } from "ebbflow/ops";
import { program, workerEngine } from "ebbflow/runtime";
${wasm(bundler)}
const engine = workerEngine();
const f = program(({ x }) => ({ y: square(x) }), { engine });
const { y } = await f({ x: tensor(Float32Array.of(1, -3)) });
await engine.close();
report([...y.data]);`,
    }),
    judge(values) {
      assert.deepEqual(values, [1, 9]);
      return `squares ${values.join(", ")}`;
    },
  },
  {
    name: "computes by WebGPU",
    // Two files in a folder that the page names; bundlers have no part in them.
    prepare: async () => ({
      assets: Object.fromEntries(
        ["ort.webgpu.bundle.min.mjs", "ort-wasm-simd-threaded.asyncify.wasm"].map((file) => [
          `ort/${file}`,
          join(root, "node_modules/onnxruntime-web/dist", file),
        ]),
      ),
    }),
    files: () => ({
      "main.js": `import { tensor } from "ebbflow";
import { input, square } from "ebbflow/ops";
import { compile, useEngine, webgpuFrom } from "ebbflow/runtime";
webgpuFrom("ort");
const x = input("x", [2]);
const program = await compile({ x }, { y: square(x) }, { engine: await useEngine("webgpu") });
const { y } = await program.run({ x: tensor(Float32Array.of(1, -3)) });
report([program.engine, ...y.data]);`,
    }),
    judge(values) {
      assert.deepEqual(values, ["webgpu", 1, 9]);
      return `squares ${values.slice(1).join(", ")}`;
    },
  },
  {
    name: "opens a model and a run that were made in Node",
    prepare: madeInNode,
    files: (bundler) => ({
      "main.js": `import { openModel } from "ebbflow";
${wasm(bundler)}
const points = ${JSON.stringify(points)};
const found = [];
for (const where of ["/mine.ebbflow", "/run/"]) found.push([...(await (await openModel(where)).logDensity(points))]);
const bytes = new Uint8Array(await (await fetch("/mine.ebbflow")).arrayBuffer());
found.push([...(await (await openModel(bytes)).logDensity(points))]);
report(found);`,
    }),
    judge(found, expected) {
      const differences = found.flatMap((values) => values.map((v, i) => Math.abs(v - expected[i])));
      assert.equal(differences.length, 9);
      const largest = Math.max(...differences);
      assert.ok(largest <= 1e-6, `log-densities differ by ${largest}`);
      return `log-densities differ by ${largest.toExponential(1)} at most`;
    },
  },
  {
    name: "trains in a worker, rolls back, stops and goes on",
    workers: ["worker.js"],
    files: (bundler) => ({
      "main.js": `const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => report(data);
worker.onerror = ({ message }) => report({ error: message || "the worker could not be loaded" });`,
      "worker.js": `${session}${wasm(bundler)}
work().then(postMessage, (error) => postMessage({ error: String(error?.stack ?? error) }));`,
    }),
    judge({ error, resumedAt, end, setBack, same, judged }) {
      assert.equal(error, undefined);
      assert.deepEqual([resumedAt, end], [20, { stage: "finished", step: 40, steps: 40 }]);
      assert.ok(setBack > 0, "it was never set back");
      assert.ok(same, "it did not arrive at the same parameters");
      assert.ok(Number.isFinite(judged.value));
      return `set back ${setBack} times, the same parameters after a stop`;
    },
  },
];
