export type { CompileOptions, Engine, Executable, Feeds, Resident, Results, Tensors } from "./engine.js";
export { countCompilations } from "./onnx-engine.js";
export { compile, evaluate, expectFinite, program, useEngine, type Where } from "./program.js";
export { wasmFrom } from "./wasm-file.js";
export { type WorkerEngine, workerEngine } from "./worker-engine.js";
