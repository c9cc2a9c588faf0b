import { fold, makeKey } from "ebbflow/random";
import { tableFiles } from "./tables.js";

const ROWS = 2000;

/** Draws of the model that the configuration selects, by the chains that the library uses for them. */
export const draws = tableFiles({
  name: "draws",
  title: "draws of the model",
  about: `${ROWS} rows of the model that the configuration selects, by fresh chains with jumps of the flow where there is one.`,
  fits: () => true,
  async rows({ session }) {
    return (await session.trained()).sample(ROWS, { key: fold(makeKey(session.config.seed), "studio: draws") });
  },
});
