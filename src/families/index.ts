export {
  type Family,
  type FamilyDeclaration,
  type FamilyFit,
  type FamilyParts,
  type FitErrors,
  family,
  makeFamily,
} from "./family.js";
export * from "./members.js";
export type { Vector } from "./rows.js";
