/** Tables as files, each as CSV and as an array of NumPy. */

import type { FloatTensor } from "ebbflow";
import { writeCsv } from "ebbflow/data";
import type { FileMember, Stand } from "./file.js";
import { encodeNpy } from "./npy.js";

interface TableMember extends Pick<FileMember, "name" | "title" | "about" | "fits"> {
  /** Rows `(n, columns)` in the units of the data; `null` where there are none yet. */
  rows(stand: Stand): Promise<FloatTensor | null>;
}

const forms = [
  {
    extension: "csv",
    type: "text/csv",
    write: (columns: readonly string[], rows: FloatTensor) => text(writeCsv({ columns, rows })),
  },
  {
    extension: "npy",
    type: "application/octet-stream",
    write: (_: readonly string[], rows: FloatTensor) => encodeNpy(rows),
  },
] as const;

const text = (written: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(written);

/** A table in each of its forms. @throws Error in a line where there are no rows yet. */
export const tableFiles = ({ name, title, about, fits, rows }: TableMember): FileMember[] =>
  forms.map(({ extension, type, write }) => ({
    ...{ name: `${name}.${extension}`, title: `${title}, ${extension.toUpperCase()}`, about, fits },
    async make(stand) {
      const found = await rows(stand);
      if (!found) throw new Error(`There are no ${title} yet: take a step first.`);
      return { file: `${name}.${extension}`, type, bytes: write(stand.session.data.columns, found) };
    },
  }));
