/** Where a browser fetches ONNX Runtime from. */

let given: string | undefined;
let folder: string | undefined;

const fromPage = (url: string | URL): string =>
  globalThis.location ? new URL(url, globalThis.location.href).href : String(url);

/**
 * Say where a page finds `ort-wasm-simd-threaded.wasm`, a file of the package `onnxruntime-web`, before anything is
 * computed: `wasmFrom("/assets/ort-wasm-simd-threaded.wasm")`. Needed only where a bundler does not place it beside the
 * scripts by itself. Relative to the page; engines in threads of their own find it there, too.
 */
export function wasmFrom(url: string | URL): void {
  given = fromPage(url);
}

/**
 * Say in which folder a page finds ONNX Runtime's build for WebGPU, before anything is computed by it: two files of the
 * package `onnxruntime-web`, `ort.webgpu.bundle.min.mjs` and `ort-wasm-simd-threaded.asyncify.wasm`, which are fetched
 * when first needed. `webgpuFrom("/ort/")`, and then `useEngine("webgpu")`.
 */
export function webgpuFrom(url: string | URL): void {
  folder = fromPage(String(url).replace(/\/?$/, "/"));
}

/** What was said of either, if anything. */
export const wasmFile = (): string | undefined => given;
export const webgpuFolder = (): string | undefined => folder;
