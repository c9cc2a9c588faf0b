export { flowMc } from "./flow-mc.js";
export { hmc } from "./hmc.js";
export { independent } from "./independent.js";
export { mala } from "./mala.js";
export { nuts } from "./nuts.js";
export { randomWalk } from "./random-walk.js";
export { ula } from "./ula.js";
