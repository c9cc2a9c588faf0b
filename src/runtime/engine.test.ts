import { afterEach, describe, expect, it, vi } from "vitest";
import { grad } from "../autodiff/grad.js";
import type { Expr } from "../ir/expr.js";
import { lower } from "../onnx/lower.js";
import * as ops from "../ops/index.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { withPrefix } from "../util/records.js";
import type { FloatTensor } from "../util/tensor.js";
import type { Engine } from "./engine.js";
import { loadEngine } from "./ort-node.js";
import * as web from "./ort-web.js";

afterEach(() => vi.unstubAllEnvs());

const STEPS = 60;
const [CHAINS, HIDDEN, STEP_SIZE] = [16, 32, 0.02];
const key = makeKey(5);
const draw = (name: string, ...shape: number[]): FloatTensor => normal(fold(key, name), shape);

/** Sixty steps of `x ← x − ε ∇E(x) + √(2ε) ξ` in one loop, for a small network plus a bowl. */
function langevin(): { bytes: Uint8Array; feeds: Record<string, FloatTensor> } {
  const feeds = {
    x: draw("x", CHAINS, 2),
    xi: draw("xi", STEPS, CHAINS, 2),
    w1: draw("w1", 2, HIDDEN),
    w2: draw("w2", HIDDEN, HIDDEN),
    w3: draw("w3", HIDDEN, 1),
  };
  const inputs = Object.fromEntries(Object.entries(feeds).map(([n, t]) => [n, ops.input(n, t.shape)])) as Record<
    keyof typeof feeds,
    Expr
  >;
  const energy = (x: Expr): Expr => {
    const h = ops.silu(ops.matmul(x, inputs.w1));
    const network = ops.matmul(ops.silu(ops.mul(ops.matmul(h, inputs.w2), 1 / Math.sqrt(HIDDEN))), inputs.w3);
    return ops.add(ops.sum(ops.square(x), 1), ops.reshape(network, [CHAINS]));
  };
  const { state, outputs } = ops.scan({ init: { x: inputs.x }, xs: { xi: inputs.xi } }, ({ x }, { xi }) => {
    const [g] = grad(ops.sum(energy(x)), [x]);
    const moved = ops.add(ops.sub(x, ops.mul(STEP_SIZE, g)), ops.mul(Math.sqrt(2 * STEP_SIZE), xi));
    return { state: { x: moved }, outputs: { e: energy(x) } };
  });
  return { bytes: lower(inputs, { x: state.x, e: outputs.e }), feeds };
}

async function runOn(engine: Engine): Promise<Record<"x" | "e", Float32Array>> {
  const { bytes, feeds } = langevin();
  const session = await engine.createSession(bytes);
  const got = await session.run(withPrefix("in:", feeds));
  return { x: got["out:x"]!.data as Float32Array, e: got["out:e"]!.data as Float32Array };
}

describe("the two engines", () => {
  it("follow the same chains for sixty steps", async () => {
    vi.stubEnv("EBBFLOW_ENGINE", "native");
    const [native, wasm] = [await loadEngine(), await web.loadEngine()];
    expect([native.name, wasm.name]).toEqual(["native", "wasm"]);
    const [a, b] = [await runOn(native), await runOn(wasm)];
    // The chains have moved: agreement is not that of two untouched starts.
    const start = draw("x", CHAINS, 2).data;
    expect(Math.max(...a.x.map((v, i) => Math.abs(v - start[i]!)))).toBeGreaterThan(0.5);
    expect(a.e.length).toBe(STEPS * CHAINS);
    for (const name of ["x", "e"] as const) {
      const scale = Math.max(...a[name].map(Math.abs));
      expect(Math.max(...a[name].map((v, i) => Math.abs(v - b[name][i]!)))).toBeLessThan(1e-5 * scale);
    }
  });

  it("are chosen by EBBFLOW_ENGINE; the native one unless said", async () => {
    vi.stubEnv("EBBFLOW_ENGINE", "wasm");
    expect((await loadEngine()).name).toBe("wasm");
    vi.stubEnv("EBBFLOW_ENGINE", undefined);
    expect((await loadEngine()).name).toBe("native");
  });
});
