/** Where a browser fetches ONNX Runtime from. */

let given: string | undefined;

/**
 * Say where a page finds `ort-wasm-simd-threaded.wasm`, a file of the package `onnxruntime-web`, before anything is
 * computed: `wasmFrom("/assets/ort-wasm-simd-threaded.wasm")`. Needed only where a bundler does not place it beside the
 * scripts by itself. Relative to the page; engines in threads of their own find it there, too.
 */
export function wasmFrom(url: string | URL): void {
  given = globalThis.location ? new URL(url, globalThis.location.href).href : String(url);
}

/** What was said, if anything. */
export const wasmFile = (): string | undefined => given;
