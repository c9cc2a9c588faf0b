import type { Table } from "../engine/messages.js";

const quote = (name: string): string => (/^[\w .()-]+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** Rows as CSV with a header, each number in the digits that read back as itself. */
export function tableCsv({ columns, data }: Table): string {
  const d = columns.length;
  const lines = Array.from({ length: data.length / d }, (_, i) => Array.from(data.subarray(i * d, (i + 1) * d)).join());
  return `${[columns.map(quote).join(), ...lines].join("\n")}\n`;
}
