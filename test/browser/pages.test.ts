/** What computes in a browser: a headless Chromium with the modules as they are built. */

import { expect, it } from "vitest";

interface Page {
  plainPage(
    module: string,
    options: { readonly asked?: object; readonly more?: readonly string[] },
  ): Promise<{ readonly value: never; readonly requested: readonly string[] }>;
}
interface Browser {
  readonly softwareGpu: readonly string[];
}
const script = (name: string): string => new URL(`../../scripts/${name}`, import.meta.url).href;
const { plainPage } = (await import(script("plain-page.mjs"))) as Page;
const { softwareGpu } = (await import(script("browser-page.mjs"))) as Browser;
const { findChromium } = (await import(script("chromium.mjs"))) as { findChromium(): string | undefined };

const inChromium = it.skipIf(!findChromium());
const ONNX_RUNTIME = "/node_modules/onnxruntime-web/dist";

interface Computed {
  readonly by: string;
  readonly x: readonly number[];
}
interface Report<Found> {
  readonly found: Readonly<Record<string, Found>>;
  readonly said: readonly string[];
}

const worst = (a: Computed, b: Computed): number => Math.max(...a.x.map((v, i) => Math.abs(v - b.x[i]!)));

/** Whether both engines computed, and the same to what single precision leaves of sums of eight in forty steps. */
function expectAgreement(here: Computed, there: Computed): void {
  expect([here.by, there.by]).toEqual(["wasm", "webgpu"]);
  expect(here.x.length).toBeGreaterThan(15);
  expect(worst(here, there)).toBeLessThan(1e-5);
  // What is compared has moved further than that.
  expect(Math.max(...here.x.map(Math.abs))).toBeGreaterThan(0.1);
}

const both = { engines: ["wasm", "webgpu"], folder: ONNX_RUNTIME };

inChromium("WebGPU follows the chains of WebAssembly, in the page and in a thread", async () => {
  const asked = { ...both, worker: true };
  const { value } = await plainPage("test/browser/pages/chains.mjs", { asked, more: softwareGpu });
  const { found, said } = value as Report<Readonly<Record<"here" | "worker", Computed>>>;
  expect(said).toEqual([]);
  for (const where of ["here", "worker"] as const) expectAgreement(found.wasm![where], found.webgpu![where]);
});

inChromium("WebGPU follows a training of WebAssembly, whose checkpoints say what computed them", async () => {
  const { value } = await plainPage("test/browser/pages/training.mjs", { asked: both, more: softwareGpu });
  const { found, said } = value as Report<Computed>;
  expect(said).toEqual([]);
  expectAgreement(found.wasm!, found.webgpu!);
});

const instead = "; ONNX Runtime computes on the processor instead";

inChromium.each([
  ["there is no WebGPU", [], ONNX_RUNTIME, "this browser has no WebGPU, or no graphics processor for it"],
  [
    "nobody said where its files lie",
    softwareGpu,
    undefined,
    "webgpuFrom has to say where its files lie (README, In a browser)",
  ],
  ["its files are not there", softwareGpu, "/nowhere", "Failed to fetch dynamically imported module: "],
])("where %s, WebAssembly computes, in a line", async (_, more, folder, reason) => {
  const asked = { engines: ["webgpu"], folder };
  const { value } = await plainPage("test/browser/pages/chains.mjs", { asked, more });
  const { found, said } = value as Report<{ readonly here: Computed }>;
  expect(found.webgpu!.here.by).toBe("onnx-wasm");
  expect(said).toHaveLength(1);
  expect(said[0]).toContain(`ebbflow: engine webgpu: ${reason}`);
  expect(said[0]!.endsWith(instead)).toBe(true);
});

inChromium("a page fetches ONNX Runtime when something needs it, and not before", async () => {
  const { value, requested } = await plainPage("test/browser/pages/usual.mjs", {});
  const { engine, density, draws, convolution } = value as Readonly<Record<string, unknown[]>>;
  expect([engine, Number.isFinite(density![0]), draws]).toEqual(["wasm", true, [4, 10, 2]]);
  expect(convolution).toBe("onnx-wasm");
  const marked = requested.filter((path) => path === "/mark" || path.endsWith(".wasm"));
  expect(marked).toEqual(["/mark", `${ONNX_RUNTIME}/ort-wasm-simd-threaded.wasm`]);
});
