import { describe, expect, it } from "vitest";
import { floats, tensor } from "../util/tensor.js";
import type { SessionCheckpoint, SessionMeta } from "./checkpoint.js";
import { rateAfter, setBack } from "./set-back.js";

const at = (step: number, meta: Partial<SessionMeta> = {}): SessionCheckpoint => ({
  step,
  tensors: { params: tensor(Float32Array.of(step)), rate: tensor(Float32Array.of(1), []) },
  meta: { best: null, ...meta },
});
const steps = (saved: readonly SessionCheckpoint[]): number[] => saved.map(({ step }) => step);

describe("setting back", () => {
  it("goes on from the newest checkpoint, at half the rate, with the best as it is known", () => {
    const back = setBack([at(40), at(20), at(0)], { step: 30, value: -1 })!;
    const [{ tensors, meta }] = back;
    expect(steps(back)).toEqual([40, 20, 0]);
    expect([...floats(tensors.rate!), ...floats(tensors.params!)]).toEqual([0.5, 40]);
    expect(meta).toEqual({ best: { step: 30, value: -1 }, rollbacks: 1, setBack: true });
  });

  it("goes one checkpoint further where the last one led to divergence again, and on from there", () => {
    const again = setBack(setBack([at(40), at(20), at(0)], null)!, null)!;
    expect([steps(again), floats(again[0].tensors.rate!)[0]]).toEqual([[20, 0], 0.25]);
    // A training that then got on and saved is set back to what it saved.
    const later = setBack([at(40, { rollbacks: 2 }), ...again], null)!;
    expect([steps(later), floats(later[0].tensors.rate!)[0]]).toEqual([[40, 20, 0], 0.125]);
  });

  it("gives up after eight times, and where nothing is saved", () => {
    expect(setBack([], null)).toBeNull();
    let saved: readonly SessionCheckpoint[] = [at(0)];
    for (let count = 1; count <= 8; count++) {
      saved = setBack(saved, null)!;
      expect(saved.map(({ tensors }) => floats(tensors.rate!)[0])).toEqual([rateAfter(count)]);
    }
    expect(rateAfter(8)).toBe(1 / 256);
    expect(setBack(saved, null)).toBeNull();
  });
});
