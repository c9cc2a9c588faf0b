export { cifarFiles } from "./cifar-files.js";
export { idxFiles } from "./idx-files.js";
export { pngFiles } from "./png-files.js";
