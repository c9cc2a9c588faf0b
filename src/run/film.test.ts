import { expect, it } from "vitest";
import { identityCoordinates } from "../data/columns/coordinates.js";
import type { Energy } from "../energies/energy.js";
import { gaussianEnergy } from "../energies/gaussian.js";
import { mixtureEnergy } from "../energies/mixture.js";
import { realnvp } from "../flows/realnvp.js";
import { makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { filmOf } from "./film.js";

/** N(0, I), as the flow starts. */
const flow = realnvp({ layers: 2, hidden: [4] }, [2]);
const options = { key: makeKey(3), chains: 8, frames: 100, localSteps: 3, warmup: 20 };

const film = (energy: Energy, jumps = true) =>
  filmOf(
    {
      ...{ energy, flow: jumps ? flow : null },
      params: { energy: undefined, flow: tensor(flow.init(makeKey(1))) },
      data: {
        coordinates: identityCoordinates(2),
        seen: { train: tensor(Float64Array.of(2, 0, -2, 0), [2, 2]) },
      },
    },
    options,
  );

/** Numbers of frames before which the same chain is on the other side of 0. */
const crossings = ({ data }: { readonly data: ArrayLike<number> }): number[] =>
  Array.from({ length: data.length / 2 }, (_, i) => i).filter(
    (i) => i % options.frames > 0 && data[2 * i]! * data[2 * i - 2]! < 0,
  );

it("says that every jump was taken where the flow is the law", async () => {
  const { jumped, jumps } = await film(gaussianEnergy([2], 0, 1));
  expect([jumps, jumped.length]).toEqual([true, 800]);
  // Of a flow that is N(0, 1) but for rounding.
  expect(jumped.filter(Boolean).length).toBeGreaterThan(795);
});

it("says so wherever a chain is in another mode all at once, and seldom else", async () => {
  const means = [
    [-2, 0],
    [2, 0],
  ];
  const energy = mixtureEnergy([2], { means, variances: [0.09, 0.09], weights: [1, 1] });
  const { frames, jumped } = await film(energy);
  const crossed = crossings(frames);
  expect(crossed.length).toBeGreaterThan(0);
  expect(crossed.filter((i) => !jumped[i])).toEqual([]);
  // About 2 of 100 jumps are taken.
  expect(jumped.filter(Boolean).length).toBeLessThan(120);
  const local = await film(energy, false);
  expect([local.jumps, local.jumped.some(Boolean), crossings(local.frames)]).toEqual([false, false, []]);
});
