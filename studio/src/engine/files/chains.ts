import { tensor } from "ebbflow";
import { chainsOf } from "../chains.js";
import { tableFiles } from "./tables.js";

/** The chains that the training keeps, where they are: of the energy only as far as they have mixed. */
export const chains = tableFiles({
  name: "chains",
  title: "chains",
  about: "Where the chains of the training are now. They are draws of the model only as far as they have mixed.",
  fits: (session) => chainsOf(session) !== null,
  async rows({ session }) {
    const found = chainsOf(session);
    const d = session.data.columns.length;
    return found && tensor(found, [found.length / d, d]);
  },
});
