export { ENGINES, type EngineName } from "./choose.js";
export type { CompileOptions, Computes, Engine, Executable, Feeds, Resident, Results, Tensors } from "./engine.js";
export { compile, evaluate, expectFinite, program, useEngine, type Where } from "./program.js";
export { countCompilations } from "./session-cache.js";
export { wasmFrom, webgpuFrom } from "./wasm-file.js";
export { type WorkerEngine, workerEngine, workerPool } from "./worker-engine.js";
