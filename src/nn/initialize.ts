/** Starting values of weights. */

import { normal, uniform } from "../random/draw.js";
import type { Key } from "../random/key.js";

/** How a weight matrix `(in, out)` starts. */
export type Initializer = (key: Key, inputs: number, outputs: number) => Float32Array;

const scaled = (values: ArrayLike<number>, scale: number): Float32Array => Float32Array.from(values, (v) => v * scale);

/** Variance `1/in`: keeps the scale of activations that are linear near 0 (LeCun et al. 1998). */
export const lecunNormal: Initializer = (key, inputs, outputs) =>
  scaled(normal(key, [inputs, outputs]).data, 1 / Math.sqrt(Math.max(1, inputs)));

/** Variance `2/in`, for rectifiers (He et al. 2015). */
export const heNormal: Initializer = (key, inputs, outputs) =>
  scaled(normal(key, [inputs, outputs]).data, Math.sqrt(2 / Math.max(1, inputs)));

/** Uniform with variance `2/(in + out)` (Glorot & Bengio 2010). */
export const glorotUniform: Initializer = (key, inputs, outputs) => {
  const bound = Math.sqrt(6 / Math.max(1, inputs + outputs));
  return Float32Array.from(uniform(key, [inputs, outputs]).data, (u) => bound * (2 * u - 1));
};

/** All zeros: a last layer that starts so makes the network start as the zero function. */
export const zeros: Initializer = (_, inputs, outputs) => new Float32Array(inputs * outputs);
