export {
  type Family,
  type FamilyDeclaration,
  type FamilyFit,
  type FamilyParts,
  type FitErrors,
  family,
  makeFamily,
  type Vector,
} from "./family.js";
export * from "./members.js";
