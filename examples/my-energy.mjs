/**
 * An energy of your own: copy this file and change the formula. Points are (batch, 2), energies (batch), and
 * p(x) ∝ exp(−E(x)). Look it over before anything is sampled:
 *
 *     npx ebbflow doctor examples/my-energy.mjs
 */

import { add, mul, reshape, slice, sqrt, square, sub, sum } from "ebbflow/ops";

/** Shape of one point. */
export const event = [2];

const [RADIUS, THICKNESS, LEAN] = [2, 0.5, 0.4];

/** A ring that leans to the right: `E(x) = (|x| − R)² / 2w² − a x₁`. */
export default function energy(x) {
  // The small number keeps the root differentiable at the origin.
  const radius = sqrt(add(sum(square(x), 1), 1e-4));
  const right = reshape(slice(x, 1, 0, 1), [x.shape[0]]);
  return sub(mul(0.5 / THICKNESS ** 2, square(sub(radius, RADIUS))), mul(LEAN, right));
}
