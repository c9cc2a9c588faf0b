/** Every check, one line each: this list is the registry. */

export { blocks } from "./blocks.js";
export { finite } from "./finite.js";
export { gradient } from "./gradient.js";
export { ignored } from "./ignored.js";
export { independence } from "./independence.js";
export { magnitude } from "./magnitude.js";
export { runs } from "./runs.js";
export { scale } from "./scale.js";
export { smoothness } from "./smoothness.js";
export { support } from "./support.js";
export { tails } from "./tails.js";
export { zeros } from "./zeros.js";
