/** What a page must be able to do with the package, by either bundler: its code, and what it has to report. */

import assert from "node:assert/strict";

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

/** `files` of a page for a bundler; \`judge\` throws, or says in words what was reported. */
export const cases = [
  {
    name: "reads a table and evaluates a density",
    files: () => ({
      "main.js": `import { data, tensor } from "ebbflow";
const text = data.readCsv('a,"b, c"\\n1,2\\n3,-4.5\\n');
const bytes = data.readTable(new TextEncoder().encode("x1;x2\\r\\n1;2\\r\\n3;4\\r\\n"));
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
];
