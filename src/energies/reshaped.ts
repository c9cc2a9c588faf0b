import type { Expr } from "../ir/expr.js";
import { reshape } from "../ops/shape.js";
import { ShapeError } from "../util/errors.js";
import { type FloatTensor, type Shape, showShape, sizeOf, tensor } from "../util/tensor.js";
import { type Blocks, type Energy, type ExactFacts, makeEnergy } from "./energy.js";

/**
 * The same law of points of another shape with as many numbers, in the same order: a lattice as rows of a table. What
 * the energy knows exactly, its conditional laws and its log Z are passed on.
 * @throws ShapeError when the shapes do not have as many numbers.
 */
export function reshaped(energy: Energy, event: Shape): Energy {
  const { event: own, layout, init, support, exact, blocks, logZ, exactLogZ } = energy;
  if (sizeOf(event) !== sizeOf(own))
    throw new ShapeError(`reshaped: points of shape ${showShape(own)} have not as many numbers as ${showShape(event)}`);
  const inside = (x: Expr): Expr => reshape(x, [x.shape[0]!, ...own]);
  const as = (x: FloatTensor, shape: Shape): FloatTensor => tensor(x.data, [x.shape[0]!, ...shape]);
  return makeEnergy({
    event,
    layout,
    support,
    init: (key, data) => init(key, data && as(data, own)),
    energy: (x, params) => (layout.size === 0 ? energy(inside(x)) : energy(inside(x), params)),
    ...(exact ? { exact: outside(exact, (x) => as(x, event)) } : {}),
    ...(blocks ? { blocks: around(blocks, inside) } : {}),
    ...(logZ ? { logZ } : {}),
    ...(exactLogZ ? { exactLogZ } : {}),
  });
}

/** `logZ` is asked for when it is needed, as it may take its time. */
function outside(exact: ExactFacts, as: (x: FloatTensor) => FloatTensor): ExactFacts {
  const sample = exact.sample?.bind(exact);
  return {
    get logZ() {
      return exact.logZ;
    },
    ...(sample ? { sample: (key, n) => as(sample(key, n)) } : {}),
  };
}

function around({ sweep, tempered, ...facts }: Blocks, inside: (x: Expr) => Expr): Blocks {
  return {
    ...facts,
    sweep: (x, noise, params, beta) => reshape(sweep(inside(x), noise, params, beta), x.shape),
    tempered: (x, params, beta) => tempered(inside(x), params, beta),
  };
}
