/** The engine's thread in a browser: a module worker. */

import type { Answer, OpenThread, Setting } from "./thread.js";
import { wasmFile, webgpuFolder } from "./wasm-file.js";

/** How many threads are worth opening: one where this is itself one of several. */
export const usualThreads = (): number => (typeof document === "undefined" ? 1 : (navigator.hardwareConcurrency ?? 1));

export const openThread: OpenThread = ({ answered, ended }) => {
  // Bundlers know a worker's file by this form of the call.
  const worker = new Worker(new URL("./serve-web.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<Answer>) => answered(data);
  worker.onmessageerror = () => ended("an answer could not be read");
  worker.onerror = ({ message }) => ended(message || "its file could not be loaded");
  worker.postMessage({ wasm: wasmFile(), webgpu: webgpuFolder() } satisfies Setting);
  return {
    post: (request, transfer) => worker.postMessage(request, [...transfer]),
    awaited() {},
    async end() {
      worker.terminate();
    },
  };
};
