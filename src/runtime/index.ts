export type { Engine } from "./engine.js";
export {
  compile,
  countCompilations,
  evaluate,
  expectFinite,
  type Program,
  program,
  type Tensors,
  useEngine,
} from "./program.js";
