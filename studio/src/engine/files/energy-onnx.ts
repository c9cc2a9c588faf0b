import { type FloatTensor, type Tensor, tensor } from "ebbflow";
import { trainedModel, trainedParameters } from "ebbflow/config";
import { lower } from "ebbflow/onnx";
import { add, constant, div, input, sub } from "ebbflow/ops";
import type { FileMember } from "./file.js";

/** Rows that the program takes at once. */
const ROWS = 256;

const single = ({ shape, data }: FloatTensor): Tensor<Float32Array> =>
  tensor(Float32Array.from(data), shape) as Tensor<Float32Array>;

/**
 * Energies of rows in the units of the data, so that `−E` is their log-density up to a constant, by the parameters as
 * they are judged. Its input is `in:x (256, d)` and its output `out:energy (256)`, in single precision.
 */
export const energyOnnx: FileMember = {
  name: "energy-onnx",
  title: "energy, ONNX",
  about: `The energy of ${ROWS} rows at once, in the units of the data: in:x to out:energy, single precision.`,
  fits: ({ data }) => data.coordinates.affine !== null,
  async make({ session: { config, data, model, state } }) {
    const { affine, logVolume } = data.coordinates;
    const { mean, scale } = affine!;
    const d = mean.length;
    const x = input("x", [ROWS, d]);
    const row = (values: Float64Array) => constant(tensor(Float32Array.from(values), [d]));
    const { energy } = trainedParameters(config, state());
    // An energy that is given has no parameters.
    const params = energy && energy.data.length > 0 ? constant(single(energy)) : undefined;
    const points = div(sub(x, row(mean)), row(scale));
    const found = add(trainedModel(config, model).energy(points, params), logVolume);
    return {
      file: "energy.onnx",
      type: "application/octet-stream",
      bytes: Uint8Array.from(lower({ x }, { energy: found })),
    };
  },
};
