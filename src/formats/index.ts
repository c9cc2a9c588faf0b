/** File formats as pure functions of bytes and text, for Node and the browser. */

export { decodeSafetensors, encodeSafetensors, type Safetensors } from "./safetensors.js";
