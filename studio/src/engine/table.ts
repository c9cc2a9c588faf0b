/** Setups of a page as the library takes configurations and files. */

import { config as configs } from "ebbflow";
import type { Setup, Table } from "./messages.js";

/** Rows as those of a file. */
export const tableOf = ({ source, columns, data }: Table): Parameters<typeof configs.prepareData>[1] => ({
  source,
  columns,
  rows: { dtype: "float64", shape: [data.length / columns.length, columns.length], data },
});

/** What a training is made of, as the command line makes it. @throws InputError where it is none. */
export const prepared = ({ config, table }: Setup): configs.PreparedRun =>
  configs.prepareRun(configs.resolveConfig(config), table && tableOf(table));
