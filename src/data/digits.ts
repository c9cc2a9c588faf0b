import { type Tensor, tensor } from "../util/tensor.js";

export interface Digits {
  /** `(1797, 64)`, whole numbers from 0, paper, to 16, ink; pixels of the 8×8 image row by row. */
  readonly rows: Tensor<Float64Array>;
  /** `(1797, 64)`: 1 where at least half of a pixel is ink, a level of 8 or more, else 0. */
  readonly binary: Tensor<Float64Array>;
  /** The digit of each row, 0 to 9. */
  readonly labels: Int32Array;
}

const PIXELS = 64;

/**
 * Real images of handwritten digits, in the order they were published: 8×8 pixels, each the number of dark points of a
 * block of 4×4. They are by 13 writers, whose rows lie together: a part split off at random shares its writers with the rest.
 * The numbers are loaded with the first call.
 * Source: Alpaydin & Kaynak (1998), Optical recognition of handwritten digits, UCI Machine Learning Repository, test set,
 * CC BY 4.0, https://doi.org/10.24432/C50P49.
 */
export async function digits(): Promise<Digits> {
  const { digitRows } = await import("./digits-rows.js");
  const text = digitRows.replaceAll("\n", "");
  const n = text.length / (PIXELS + 1);
  const labels = new Int32Array(n);
  const rows = new Float64Array(n * PIXELS);
  for (let i = 0; i < n; i++) {
    const at = i * (PIXELS + 1);
    labels[i] = Number(text[at]);
    for (let k = 0; k < PIXELS; k++) rows[i * PIXELS + k] = Number.parseInt(text[at + 1 + k]!, 17);
  }
  return {
    rows: tensor(rows, [n, PIXELS]),
    binary: tensor(
      rows.map((level) => (level >= 8 ? 1 : 0)),
      [n, PIXELS],
    ),
    labels,
  };
}
