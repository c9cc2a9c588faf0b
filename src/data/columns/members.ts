export { real } from "./real.js";
