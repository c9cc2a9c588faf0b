/** What a file is, by its first bytes: what is given for a table of numbers and is none, and what to do with it. */

interface FileKind {
  /** With its article: `a Parquet file`. */
  readonly name: string;
  /** Bytes at an offset, as text of one letter a byte; one of them is enough. */
  readonly marks: readonly string[];
  readonly at?: number;
  readonly remedy: string;
}

const asCsv = "write it as CSV";
const pandas = (read: string): string =>
  `${asCsv}, in Python with pandas.read_${read}(file).to_csv("x.csv", index=False)`;
const picture = "a picture is no table; write one row of numbers for each point as CSV";
const unpack = (command: string): string => `unpack it first: ${command}`;

/** In order: what begins like another stands before it. */
const kinds: readonly FileKind[] = [
  { name: "compressed (gzip)", marks: ["\x1f\x8b"], remedy: unpack("gunzip") },
  { name: "compressed (zstd)", marks: ["\x28\xb5\x2f\xfd"], remedy: unpack("zstd -d") },
  { name: "compressed (bzip2)", marks: ["1AY&SY"], at: 4, remedy: unpack("bunzip2") },
  { name: "compressed (xz)", marks: ["\xfd7zXZ\0"], remedy: unpack("xz -d") },
  { name: "compressed (7z)", marks: ["7z\xbc\xaf\x27\x1c"], remedy: unpack("7z x") },
  { name: "a tar archive", marks: ["ustar"], at: 257, remedy: unpack("tar -xf") },
  { name: "an Excel workbook", marks: ["PK\x03\x04\x14\0\x06\0"], remedy: "save its sheet as CSV" },
  { name: "an old Excel workbook", marks: ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"], remedy: "save its sheet as CSV" },
  { name: "a spreadsheet (ODS)", marks: ["mimetypeapplication/vnd.oasis"], at: 30, remedy: "save its sheet as CSV" },
  {
    name: "a zip archive",
    marks: ["PK\x03\x04", "PK\x05\x06"],
    remedy: "unpack it; of a workbook (xlsx) save the sheet as CSV",
  },
  { name: "a NumPy array", marks: ["\x93NUMPY"], remedy: "read it with readTable" },
  { name: "a damaged or encrypted Parquet file", marks: ["PAR1", "PARE"], remedy: "write it again, without a key" },
  { name: "an Arrow or Feather file", marks: ["ARROW1", "FEA1"], remedy: pandas("feather") },
  { name: "an ORC file", marks: ["ORC"], remedy: pandas("orc") },
  { name: "an Avro file", marks: ["Obj\x01"], remedy: asCsv },
  {
    name: "a SQLite database",
    marks: ["SQLite format 3\0"],
    remedy: "export its table: sqlite3 -header -csv file 'select …'",
  },
  { name: "an HDF5 file", marks: ["\x89HDF\r\n\x1a\n"], remedy: `${asCsv}, in Python with h5py and numpy.savetxt` },
  { name: "a netCDF file", marks: ["CDF\x01", "CDF\x02", "CDF\x05"], remedy: asCsv },
  { name: "a MATLAB file", marks: ["MATLAB 5.0 MAT", "MATLAB 7.3 MAT"], remedy: `${asCsv}, with writematrix` },
  { name: "an R data file", marks: ["RDX2\n", "RDX3\n", "RDA2\n", "RDA3\n"], remedy: `${asCsv}, with write.csv` },
  { name: "a Stata file", marks: ["<stata_dta>"], remedy: pandas("stata") },
  { name: "an SPSS file", marks: ["$FL2", "$FL3"], remedy: pandas("spss") },
  {
    name: "a pickle of Python",
    marks: ["\x80\x02", "\x80\x03", "\x80\x04\x95", "\x80\x05\x95"],
    remedy: pandas("pickle"),
  },
  { name: "a PNG picture", marks: ["\x89PNG\r\n"], remedy: picture },
  { name: "a JPEG picture", marks: ["\xff\xd8\xff"], remedy: picture },
  { name: "a GIF picture", marks: ["GIF87a", "GIF89a"], remedy: picture },
  { name: "a TIFF picture", marks: ["II*\0", "MM\0*"], remedy: picture },
  { name: "a WebP picture", marks: ["WEBP"], at: 8, remedy: picture },
];

/** The beginning as text of one letter a byte. */
const beginning = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 512));

/** Texts that are no table, by how they begin. */
const texts: readonly { readonly name: string; readonly begins: RegExp; readonly remedy: string }[] = [
  {
    name: "a web page",
    begins: /^\s*<(!doctype html|html|head|body)\b/i,
    remedy: "was the download answered by a page?",
  },
  { name: "XML", begins: /^\s*<(\?xml\b|[a-z][\w:]*\s[^<>]*>)/i, remedy: asCsv },
  { name: "a PDF", begins: /^%PDF-/, remedy: "copy its table into a CSV file" },
  { name: "JSON", begins: /^\s*(\{\s*["}]|\[\s*[[{])/, remedy: `${asCsv}, or as JSON lines, one object a line` },
];

type Named = Pick<FileKind, "name" | "remedy">;

/** What bytes are, where that is no text, and what to do about it; `undefined` where they may be text. */
export function kindOfBytes(bytes: Uint8Array): Named | undefined {
  // A control character that no text holds: the names of two columns may well be ORC and PAR1.
  const odd = bytes.subarray(0, 65536).findIndex((byte) => byte < 9 || (byte > 13 && byte < 32));
  if (odd < 0) return undefined;
  const text = beginning(bytes);
  const known = kinds.find(({ marks, at = 0 }) => marks.some((mark) => text.startsWith(mark, at)));
  const hex = bytes[odd]!.toString(16).padStart(2, "0");
  return known ?? { name: `no text (byte ${odd + 1} is 0x${hex})`, remedy: "expected a table as CSV" };
}

/** What a text is, where that is no table of cells. */
export const kindOfText = (text: string): Named | undefined =>
  texts.find(({ begins }) => begins.test(text.slice(0, 512)));
