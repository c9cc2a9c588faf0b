/** The browser's side of the thread, both ends of it, with a worker that is no thread. */

import { afterAll, beforeAll, expect, it, vi } from "vitest";
import * as ops from "../ops/index.js";
import { tensor } from "../util/tensor.js";
import type { Answer, Request } from "./thread.js";
import { openThread } from "./thread-web.js";
import { wasmFile, wasmFrom, webgpuFolder, webgpuFrom } from "./wasm-file.js";
import { onnxWriter } from "./write-onnx.js";
import { findWriters } from "./writers.js";

/** The worker's global scope. */
const scope: { onmessage?: (event: { data: Request }) => void; postMessage?: unknown } = {};
const workers: FakeWorker[] = [];

class FakeWorker {
  onmessage?: (event: { data: Answer }) => void;
  onerror?: (event: { message: string }) => void;
  onmessageerror?: () => void;
  ended = false;
  constructor(
    readonly url: URL,
    readonly options: WorkerOptions,
  ) {
    workers.push(this);
    scope.postMessage = (answer: Answer, options: StructuredSerializeOptions) =>
      this.onmessage?.({ data: structuredClone(answer, options) });
  }
  readonly posted: unknown[] = [];
  postMessage(request: Request, transfer: ArrayBuffer[]): void {
    this.posted.push(request);
    scope.onmessage?.({ data: structuredClone(request, { transfer }) });
  }
  terminate(): void {
    this.ended = true;
  }
}

beforeAll(async () => {
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("self", scope);
  await import("./serve-web.js");
});
afterAll(() => vi.unstubAllGlobals());

it("starts a module worker, which answers what is posted", async () => {
  let heard: (answer: Answer) => void = () => {};
  const next = (): Promise<Answer> =>
    new Promise((resolve) => {
      heard = resolve;
    });
  const reasons: string[] = [];
  const thread = openThread({ answered: (answer) => heard(answer), ended: (reason) => reasons.push(reason) });
  const [worker] = workers;
  expect(worker!.url.pathname).toMatch(/\/serve-web\.js$/);
  expect(worker!.options).toEqual({ type: "module" });

  const x = ops.input("x", [2], "float64");
  const artifact = onnxWriter("auto")({ x }, { y: ops.square(x) }, {});
  const created = next();
  thread.post({ type: "load", session: 0, artifact }, []);
  expect(await created).toEqual({ outputs: {}, engine: "onnx" });
  const feeds = { x: tensor(Float64Array.of(3, -4)) };
  const ran = next();
  thread.post({ type: "run", session: 0, feeds, held: {}, keep: {} }, [feeds.x.data.buffer]);
  expect(await ran).toEqual({ outputs: { y: tensor(Float64Array.of(9, 16)) } });
  expect(feeds.x.data.length).toBe(0);
  // What is compiled to WebAssembly is written here, and loaded there.
  const module = (await findWriters("wasm")).writers.wasm!({ x }, { y: ops.square(x) }, {});
  const compiled = next();
  thread.post({ type: "load", session: 1, artifact: module }, []);
  expect(await compiled).toEqual({ outputs: {}, engine: "wasm" });
  const kept = next();
  const again = { x: tensor(Float64Array.of(3, -4)) };
  thread.post({ type: "run", session: 1, feeds: again, held: {}, keep: { y: 0 } }, []);
  expect(await kept).toEqual({ outputs: {} });
  const read = next();
  thread.post({ type: "read", held: 0 }, []);
  expect(await read).toEqual({ outputs: { value: tensor(Float64Array.of(9, 16)) } });
  const failed = next();
  thread.post({ type: "run", session: 7, feeds: {}, held: {}, keep: {} }, []);
  expect(await failed).toEqual({ error: new Error("worker engine: the session was released") });

  worker!.onerror?.({ message: "out of memory" });
  worker!.onerror?.({ message: "" });
  worker!.onmessageerror?.();
  expect(reasons).toEqual(["out of memory", "its file could not be loaded", "an answer could not be read"]);
  await thread.end();
  expect(worker!.ended).toBe(true);
});

it("tells the worker first where ONNX Runtime lies, if that was said", () => {
  const events = { answered() {}, ended() {} };
  openThread(events);
  expect(workers.at(-1)!.posted).toEqual([{ wasm: undefined, webgpu: undefined }]);
  wasmFrom(new URL("https://example.org/assets/ort.wasm"));
  webgpuFrom("https://example.org/ort");
  openThread(events);
  expect(workers.at(-1)!.posted).toEqual([
    { wasm: "https://example.org/assets/ort.wasm", webgpu: "https://example.org/ort/" },
  ]);
  vi.stubGlobal("location", { href: "https://example.org/pages/index.html" });
  wasmFrom("../ort.wasm");
  expect(wasmFile()).toBe("https://example.org/ort.wasm");
  webgpuFrom("ort");
  expect(webgpuFolder()).toBe("https://example.org/pages/ort/");
});
