export type { Engine, Session } from "./engine.js";
export {
  type CompileOptions,
  compile,
  countCompilations,
  evaluate,
  expectFinite,
  type Program,
  program,
  type Tensors,
  useEngine,
} from "./program.js";
export { type WorkerEngine, workerEngine } from "./worker-engine.js";
