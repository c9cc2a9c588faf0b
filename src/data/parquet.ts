/** Tables as Parquet: a flat column of a file is a column of cells, written as text that holds all its digits. */

import type { FileMetaData, ParquetParsers, SchemaElement, SchemaTree } from "hyparquet";
import { InputError } from "../util/errors.js";
import { mapValues } from "../util/records.js";
import type { NamedLines } from "./json-lines.js";

/** `PAR1`, and how the description of a page or of a file begins: a table may well have a column of that name. */
const MARK = [80, 65, 82, 49, 0x15];

/** What is done with a column: nothing, its cells are only kept beside the others, or they are read. */
export type ColumnUse = "none" | "kept" | "read";

/** Whether bytes begin as a Parquet file does. */
export const isParquet = (bytes: Uint8Array): boolean => MARK.every((byte, i) => bytes[i] === byte);

/** Days and times as ISO 8601 writes them, to the microsecond. */
const parsers: Partial<ParquetParsers> = {
  dateFromDays: (days) => day(BigInt(days) * 86_400_000_000n).slice(0, 10),
  timestampFromMilliseconds: (ms) => day(ms * 1000n),
  timestampFromMicroseconds: day,
  timestampFromNanoseconds: (ns) => day(ns / 1000n),
  jsonFromBytes: (bytes) => bytes,
};

function day(micros: bigint): string {
  const millis = Number(micros / 1000n) - (micros % 1000n < 0n ? 1 : 0);
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const text = new Date(millis).toISOString();
  return rest === 0n ? text.replace(".000Z", "Z") : text.replace("Z", `${String(rest).padStart(3, "0")}Z`);
}

/**
 * The columns and rows of a Parquet file, compressed in any of its ways. Null and NaN are missing cells; decimals and
 * whole numbers of 64 bits keep all their digits, dates and times are as ISO 8601 has them.
 * @param use what is done with a column, by its name; of one that is not used the cells are empty, and where one is only
 * kept, lists and structures are written as JSON.
 * @throws InputError for a file that is damaged, and by column for one that is read and holds lists or structures, and for
 * what cannot be decoded.
 */
export async function readParquet(
  bytes: Uint8Array,
  source: string,
  use: (column: string) => ColumnUse,
): Promise<NamedLines> {
  const { metadata, fields, readColumn } = await open(bytes, source);
  const n = Number(metadata.num_rows);
  const names = fields.map(({ element }) => element.name);
  // Columns are found by their names.
  const twice = names.find((name, j) => names.indexOf(name) !== j);
  if (twice !== undefined) throw new InputError(`${source} names two columns ${twice}; rename one`);
  const cells: (readonly string[] | undefined)[] = [];
  for (const field of fields) {
    const { name } = field.element;
    const where = `${source}: column ${name}`;
    const asked = use(name);
    const nested = field.children.length > 0 || field.element.repetition_type === "REPEATED";
    if (asked === "read" && nested)
      throw new InputError(
        `${where} holds lists or structures; leave it out by --drop ${name}, or write a column for each of its values`,
      );
    if (asked === "none") {
      cells.push(undefined);
      continue;
    }
    const write = nested ? asJson : cellWriter(field.element);
    const values = await readColumn(name, bare(metadata, field.element), write).catch((error) => {
      throw new InputError(
        `${where} cannot be decoded (${said(error)}); leave it out by --drop ${name}, or write it anew`,
      );
    });
    if (values.length !== n)
      throw new InputError(`${where} has ${values.length} cells and the file ${n} rows: it is damaged; write it again`);
    cells.push(values);
  }
  return {
    columns: names,
    lines: Array.from({ length: n }, (_, i) => ({ row: i + 1, cells: cells.map((column) => column?.[i] ?? "") })),
  };
}

interface Opened {
  readonly metadata: FileMetaData;
  readonly fields: readonly SchemaTree[];
  readColumn(name: string, metadata: FileMetaData, write: (value: unknown) => string): Promise<readonly string[]>;
}

/** A file's description; the library that reads it comes when first needed. */
async function open(bytes: Uint8Array, source: string): Promise<Opened> {
  const [{ parquetMetadata, parquetRead, parquetSchema }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  // A view on a part of a buffer would be read from the buffer's beginning.
  const file = new Uint8Array(bytes).buffer;
  const unpack = mapValues(
    compressors,
    (one) => (packed: Uint8Array, length: number) =>
      // A page of nulls holds nothing, and no codec is asked what that is.
      length === 0 ? new Uint8Array() : one(packed, length),
  );
  const readColumn: Opened["readColumn"] = async (name, metadata, write) => {
    const options = { file, metadata, columns: [name], compressors: unpack, parsers, utf8: false, geoparquet: false };
    let rows: readonly unknown[][] = [];
    const onComplete = (all: unknown[][]): void => {
      rows = all;
    };
    await parquetRead({ ...options, onComplete });
    return rows.map(([value]) => write(value));
  };
  try {
    const metadata = parquetMetadata(file, { geoparquet: false });
    return { metadata, fields: parquetSchema(metadata).children, readColumn };
  } catch (error) {
    throw new InputError(`${source} is a damaged Parquet file (${said(error)}); copy or write it again`);
  }
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const asJson = (value: unknown): string =>
  value === null || value === undefined
    ? ""
    : JSON.stringify(value, (_, part) => {
        if (part instanceof Uint8Array) return new TextDecoder().decode(part);
        return typeof part === "bigint" ? String(part) : part;
      });

const isDecimal = ({ converted_type, logical_type }: SchemaElement): boolean =>
  converted_type === "DECIMAL" || logical_type?.type === "DECIMAL";

/** A file's description in which a column of decimals is one of the whole numbers that it stores: a double is not asked. */
function bare(metadata: FileMetaData, decimal: SchemaElement): FileMetaData {
  if (!isDecimal(decimal)) return metadata;
  const strip = ({ converted_type: _, logical_type: __, ...rest }: SchemaElement): SchemaElement => rest;
  return { ...metadata, schema: metadata.schema.map((one) => (one === decimal ? strip(one) : one)) };
}

/** Writes a value of a column as the text of a cell. */
function cellWriter(element: SchemaElement): (value: unknown) => string {
  const decimals = isDecimal(element) ? (element.scale ?? 0) : undefined;
  const single = element.type === "FLOAT";
  return (value) => {
    if (value === null || value === undefined || (typeof value === "number" && Number.isNaN(value))) return "";
    if (decimals !== undefined) return decimal(wholeOf(value), decimals);
    if (value instanceof Uint8Array) return textOf(value);
    return typeof value === "number" && single ? shortest(value) : String(value).trim();
  };
}

/** @throws Error for bytes that are no UTF-8: two that differ would become one text. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim();
  } catch {
    throw new Error("its bytes are no text");
  }
}

/** The whole number that decimals are stored as: big-endian two's complement where it is bytes. */
function wholeOf(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as number | bigint);
  let sum = 0n;
  for (const byte of value) sum = (sum << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * value.length, sum);
}

function decimal(whole: bigint, scale: number): string {
  if (scale <= 0) return String(whole * 10n ** BigInt(-scale));
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, "0");
  return `${whole < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The fewest digits that are this number in single precision. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(value);
}
