/** What part of a Langevin step its matrix products take: the step, and its products alone, one after the other. */

import { input, matmul, scan } from "ebbflow/ops";
import { fold, makeKey, normal } from "ebbflow/random";
import { compile, useEngine } from "ebbflow/runtime";
import { langevin } from "./langevin.mjs";
import { least, secondsOf } from "./rounds.mjs";
import { columns, digits } from "./table.mjs";

const [batch, steps] = [512, 60];
const filled = (shape, of) => ({
  ...{ dtype: "float32", shape },
  data: Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => of(Math.floor(i / shape[1]), i % shape[1])),
});

/** The six products of a step of an energy 2 → H → H → 1, whose numbers neither grow nor vanish. */
async function productsAlone(width, by) {
  const given = {
    x: normal(fold(makeKey(9), "x"), [batch, 2]),
    w0: filled([2, width], () => 1 / Math.sqrt(width)),
    w1: filled([width, width], (i, j) => (j === (i + 7) % width ? 1 : 0)),
    w2: filled([width, 1], () => 1 / Math.sqrt(2 * width)),
  };
  const symbols = Object.fromEntries(Object.entries(given).map(([name, { shape }]) => [name, input(name, shape)]));
  const { x, w0, w1, w2 } = symbols;
  const back = { transposeB: true };
  const { state } = scan({ init: { x }, length: steps }, (at) => {
    const up = matmul(matmul(matmul(at.x, w0), w1), w2);
    return { state: { x: matmul(matmul(matmul(up, w2, back), w1, back), w0, back) } };
  });
  const program = await compile(symbols, { x: state.x }, { by });
  return () => program.run(given);
}

/** A table of widths: milliseconds of a step and of its products on each engine, and their share. */
export async function productShare({ rounds, quick }) {
  const engine = await useEngine();
  const rows = [];
  for (const width of quick ? [64] : [64, 128, 256, 512])
    for (const by of ["c", "wasm", "onnx"]) {
      const held = { ...engine, choose: () => by };
      const { run } = await langevin({ batch, width }, held);
      const runs = [() => run(1), await productsAlone(width, by)];
      const seen = runs.map(() => []);
      for (let i = 0; i < rounds; i++) for (const [k, one] of runs.entries()) seen[k].push(await secondsOf(one));
      const [step, products] = seen.map((all) => (1000 * least(all)) / steps);
      const multiplied = 2 * batch * (width * width + 3 * width);
      rows.push([
        ...[`${batch}x${width}`, by, digits(step), digits(products)],
        ...[`${Math.round((100 * products) / step)} %`, digits((2 * multiplied) / products / 1e6)],
      ]);
    }
  const head = ["batch x width", "engine", "step ms", "products ms", "share", "GFLOP/s of products"];
  return `processor time, the least\n${columns([head, ...rows], 2)}`;
}
