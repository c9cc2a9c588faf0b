/** Looking an energy over: what is wrong with it, in words. */

export { type Check, type CheckParts, check, type Finding, type Level, type Stage } from "./check.js";
export { type Diagnosis, type DoctorOptions, doctor } from "./doctor.js";
export * as checks from "./members.js";
export type { Subject } from "./subject.js";
