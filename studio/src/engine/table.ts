/** Rows of a page as the library takes those of a file. */

import type { config as configs } from "ebbflow";
import type { Table } from "./messages.js";

export const tableOf = ({ source, columns, data }: Table): Parameters<typeof configs.prepareData>[1] => ({
  source,
  columns,
  rows: { dtype: "float64", shape: [data.length / columns.length, columns.length], data },
});
