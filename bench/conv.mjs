/** A 3×3 convolution of images 32×32 and its derivatives by images and kernels. */

import { grad } from "ebbflow/autodiff";
import { conv2d, input, mul, slice, square, sum } from "ebbflow/ops";
import { fold, makeKey, normal } from "ebbflow/random";
import { compile } from "ebbflow/runtime";
import { compileFor } from "./engine.mjs";

const side = 32;

/** Sixty-fourths: few digits in the file that peers read, and the same number for all. */
const short = ({ data, ...type }) => ({ ...type, data: data.map((v) => Math.round(64 * v) / 64) });

/** Of `½ Σ y²`, whose derivatives by the images are as many numbers as there are images of `width` channels. */
export async function conv({ batch, width }, engine) {
  const key = makeKey(6);
  const given = {
    x: short(normal(fold(key, "x"), [batch, width, side, side])),
    w: short(normal(fold(key, "w"), [width, width, 3, 3])),
  };
  const symbols = Object.fromEntries(Object.entries(given).map(([name, { shape }]) => [name, input(name, shape)]));
  const { x, w } = symbols;
  const y = conv2d(x, w, { padding: 1 });
  const loss = mul(0.5, sum(square(y)));
  const [dx, dw] = grad(loss, [x, w]);
  const program = await compileFor(engine, symbols, { loss, dx, dw });
  const first = (e) => slice(e, 0, 0, 1);
  const check = await compile(symbols, { y: first(y), dx: first(dx), dw });

  return {
    shared: { constants: {}, tensors: given, layouts: {} },
    results: await check.run(given),
    run: async (repeat) => {
      for (let i = 1; i < repeat; i++) await program.run(given);
      return (await program.run(given)).dw;
    },
  };
}
