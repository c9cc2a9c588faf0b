import { describe, expect, it } from "vitest";
import { makeKey } from "../../random/key.js";
import { drawSteps, type NoiseSpecs } from "../../random/noise.js";
import type { Tensors } from "../../runtime/engine.js";
import { mapValues, withPrefix } from "../../util/records.js";
import { tensor } from "../../util/tensor.js";
import { axesOf, groupOf, runApart, teamOf, worthwhile } from "./groups.js";

const counts = Array.from({ length: 700 }, (_, i) => i + 1);

describe("teams", () => {
  it("are equal, of 32 or more, or all chains", () => {
    for (const chains of counts) {
      const team = teamOf(chains);
      expect(chains % team).toBe(0);
      expect(team >= 32 || team === chains).toBe(true);
    }
    expect([8, 63, 64, 100, 512, 101].map(teamOf)).toEqual([8, 63, 32, 50, 32, 101]);
  });
});

describe("groups", () => {
  it("are equal, of whole teams, and not more than twice what is worth it", () => {
    for (const chains of counts)
      for (const groups of [1, 2, 3, 4, 8, 16]) {
        const group = groupOf(chains, groups);
        expect([chains % group, group % teamOf(chains)]).toEqual([0, 0]);
        expect(chains / group).toBeLessThanOrEqual(groups === 1 ? 1 : 2 * groups);
      }
    expect([1, 2, 3, 8, 16].map((n) => groupOf(512, n))).toEqual([512, 256, 256, 64, 32]);
    expect([groupOf(160, 4), groupOf(101, 8), groupOf(8, 16)]).toEqual([32, 101, 8]);
  });

  it("are worth it where a step comes to more than asking for it", () => {
    expect(worthwhile({ asking: 1e-4, computing: 1e-5 })).toBe(1);
    expect(worthwhile({ asking: 1e-4, computing: 1.01e-3 })).toBe(2);
    expect(worthwhile({ asking: 1e-6, computing: 1e-2 })).toBe(16);
    // Soon done.
    expect(worthwhile({ asking: 0, computing: 1e-5 })).toBe(1);
  });
});

const [CHAINS, GROUP, STEPS] = [12, 4, 3];
const specs = (chains: number): NoiseSpecs => ({
  first: { law: "normal", shape: [chains, 2] },
  second: { law: "uniform", shape: [5, chains] },
  shared: { law: "uniform", shape: [7] },
});
const state = (chains: number) => ({ x: { shape: [chains, 2] }, replicas: { shape: [3, chains, 2] } });
const frames = (chains: number) => ({ noise: specs(chains), state: state(chains) });

describe("chains apart", () => {
  const axes = axesOf(frames(CHAINS), frames(GROUP), CHAINS, GROUP)!;

  it("are found by shapes", () => {
    expect(axes).toEqual({ noise: { first: 0, second: 1, shared: null }, state: { x: 0, replicas: 1 } });
  });

  it.each([
    ["more rows than chains", (n: number) => ({ noise: { u: { shape: [5 * n] } }, state: state(n) })],
    ["two axes of chains", (n: number) => ({ noise: { u: { shape: [n, n] } }, state: state(n) })],
    ["a state that all share", (n: number) => ({ noise: {}, state: { ...state(n), parity: { shape: [] } } })],
    ["axes that only some have", (n: number) => ({ noise: { u: { shape: n > 4 ? [n, 1] : [n] } }, state: state(n) })],
  ])("are refused where there are %s", (_, of) => {
    expect(axesOf(of(CHAINS), of(GROUP), CHAINS, GROUP)).toBeNull();
  });

  it("get their own part of the noise of all, and all of what is no chain's", async () => {
    const noise = withPrefix("noise.", drawSteps(makeKey(3), specs(CHAINS), 40, STEPS));
    const x = tensor(
      Float32Array.from({ length: 2 * CHAINS }, (_, i) => i),
      [CHAINS, 2],
    );
    const params = tensor(Float32Array.of(1, 2, 3));
    const seen: Tensors[] = [];
    const run = async (feeds: Tensors): Promise<Tensors> => {
      seen.push(feeds);
      const path = tensor(Float32Array.from({ length: STEPS * GROUP }, (_, i) => 100 * seen.length + i));
      return { "state.x": feeds["state.x"]!, path: { ...path, shape: [STEPS, GROUP] } };
    };
    const result = await runApart(run, axes, { chains: CHAINS, group: GROUP }, { ...noise, "state.x": x, params });
    expect(result["state.x"]).toEqual(x);
    expect(result.path!.shape).toEqual([STEPS, CHAINS]);
    expect([...result.path!.data.slice(CHAINS - 1, CHAINS + 2)]).toEqual([303, 104, 105]);
    for (const [g, feeds] of seen.entries()) {
      expect(feeds.params).toBe(params);
      expect(feeds["noise.shared"]).toBe(noise["noise.shared"]);
      expect(mapValues(feeds, (t) => [...t.shape])).toMatchObject({
        "noise.first": [STEPS, GROUP, 2],
        "noise.second": [STEPS, 5, GROUP],
      });
      for (let t = 0; t < STEPS; t++)
        for (let c = 0; c < GROUP; c++) {
          const chain = g * GROUP + c;
          expect(feeds["noise.first"]!.data[(t * GROUP + c) * 2]).toBe(
            noise["noise.first"]!.data[(t * CHAINS + chain) * 2],
          );
          expect(feeds["noise.second"]!.data[(t * 5 + 4) * GROUP + c]).toBe(
            noise["noise.second"]!.data[(t * 5 + 4) * CHAINS + chain],
          );
        }
    }
  });
});
