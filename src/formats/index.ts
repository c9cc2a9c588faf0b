/** File formats as pure functions of bytes and text, for Node and the browser. */

export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.js";
export { type JournalRecord, journalLine, parseJournal } from "./journal.js";
export { decodeNpz } from "./npz.js";
export { parseRunInfo, type RunInfo, runFormat } from "./run-info.js";
export { decodeSafetensors, encodeSafetensors, type Safetensors } from "./safetensors.js";
