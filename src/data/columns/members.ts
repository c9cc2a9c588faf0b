export { boolean } from "./boolean.js";
export { bounded } from "./bounded.js";
export { category } from "./category.js";
export { constant } from "./constant.js";
export { date } from "./date.js";
export { positive } from "./positive.js";
export { real } from "./real.js";
export { whole } from "./whole.js";
