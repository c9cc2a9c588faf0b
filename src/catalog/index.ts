/** Every set of ebbflow with its members, their options and facts, as plain data. */

export {
  type CatalogEntry,
  type CatalogOption,
  catalog,
  listSet,
  type Plain,
  type SetName,
  sets,
} from "./catalog.js";
