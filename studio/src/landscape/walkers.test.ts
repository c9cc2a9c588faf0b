import { describe, expect, it } from "vitest";
import type { Walk, WalkOrder } from "../engine/messages.js";
import { Walkers } from "./walkers.js";

/** Each chain is offered a step to the right, and takes every second one. */
function halfway({ from }: WalkOrder): Walk {
  const n = from.length / 2;
  const [path, proposed] = [new Float32Array(8 * n * 2), new Float32Array(8 * n * 2)];
  const at = from.slice();
  for (let t = 0; t < 8; t++)
    for (let k = 0; k < n; k++) {
      const i = 2 * (t * n + k);
      proposed.set([at[2 * k]! + 1, at[2 * k + 1]!], i);
      if (t % 2 === 0) at[2 * k]! += 1;
      path.set(at.subarray(2 * k, 2 * k + 2), i);
    }
  return { steps: 8, path, proposed };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

async function walked(steps: number) {
  const orders: WalkOrder[] = [];
  const chains = new Walkers(async (order) => {
    orders.push(order);
    return halfway(order);
  });
  const asked = { drops: [0, 1, 5, -1], kernel: "mala", stepSize: 0.1 };
  chains.set(asked);
  let now = 0;
  const go = async (more: number): Promise<void> => {
    for (let shown = 0; shown < more; ) {
      now += 10;
      if (chains.tick(now, 10)) shown++;
      await settled();
    }
  };
  await go(steps);
  return { chains, orders, asked, go };
}

describe("dropped chains", () => {
  it("walk from where they were dropped, and tell what they took and refused", async () => {
    const { chains } = await walked(5);
    const [a, b] = chains.walkers;
    expect([a!.at, b!.at]).toEqual([
      { x: 3, y: 1 },
      { x: 8, y: -1 },
    ]);
    expect(a!.offers.map(({ taken }) => taken)).toEqual([true, false, true, false, true]);
    expect(a!.offers[1]).toEqual({ from: { x: 1, y: 1 }, to: { x: 2, y: 1 }, taken: false });
    expect([a!.steps, a!.taken, a!.tail.length]).toEqual([5, 3, 5]);
  });

  it("go on from the end of what was walked, by noise of its own", async () => {
    const { chains, orders } = await walked(20);
    expect(chains.walkers[0]!.at.x).toBe(10);
    expect(orders.map(({ first }) => first)).toEqual([0, 8, 16]);
    expect(orders[1]!.from[0]).toBe(4);
  });

  it("stay where they are when another is dropped, and forget their counts under another kernel", async () => {
    const { chains, asked, go } = await walked(3);
    chains.set({ ...asked, drops: [...asked.drops, 9, 9] });
    expect(chains.walkers.map(({ at }) => at.x)).toEqual([2, 7, 9]);
    expect(chains.walkers[0]!.steps).toBe(3);
    await go(1);
    expect(chains.walkers.map(({ steps }) => steps)).toEqual([4, 4, 1]);
    chains.set({ ...asked, drops: [...asked.drops, 9, 9], kernel: "hmc" });
    expect(chains.walkers.map(({ at, steps }) => [at.x, steps])).toEqual([
      [3, 0],
      [8, 0],
      [10, 0],
    ]);
  });

  it("give way, the first to the next, and the others go on", async () => {
    const { chains, asked } = await walked(3);
    chains.set({ ...asked, drops: [...asked.drops.slice(2), 9, 9] });
    expect(chains.walkers.map(({ at, steps }) => [at.x, steps])).toEqual([
      [7, 3],
      [9, 0],
    ]);
  });

  it("begin anew where they are cleared, and are remembered for a while only", async () => {
    const { chains, asked } = await walked(200);
    expect(chains.walkers[0]!.tail.length).toBeLessThan(100);
    expect(chains.walkers[0]!.offers.length).toBeLessThan(20);
    chains.set({ ...asked, drops: [] });
    expect(chains.walkers).toEqual([]);
    chains.set(asked);
    expect(chains.walkers[0]!.at).toEqual({ x: 0, y: 1 });
  });

  it("are not asked for again where nothing answers", async () => {
    let asked = 0;
    const chains = new Walkers(async () => {
      asked++;
      return null;
    });
    chains.set({ drops: [0, 0], kernel: "none", stepSize: null });
    for (let t = 0; t < 5; t++) {
      chains.tick(t, 0);
      await settled();
    }
    expect(asked).toBe(1);
  });
});
