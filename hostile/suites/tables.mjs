/** Files that are no table of numbers, or one that nobody would write. */

import { gzipSync } from "node:zlib";
import fc from "fast-check";

const bytes = (...parts) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))));
const many = (n, of) => Array.from({ length: n }, (_, i) => of(i)).join("\n");
const plain = `a,b\n${many(40, (i) => `${Math.sin(i)},${i % 7}`)}\n`;
const utf16 = (text, mark, big = false) => {
  const body = Buffer.from(text, "utf16le");
  return bytes(mark, big ? body.swap16() : body);
};

/** Tables for `inspect`, each with what it must end with where that is known. */
const files = {
  empty: ["", 2],
  "one byte": ["1", 0],
  "one line feed": ["\n", 2],
  "only a header": ["a,b\n", 2],
  "only comments": ["# a\n# b\n", 2],
  "only commas": [`${",".repeat(1000)}\n${",".repeat(1000)}\n`, 0],
  "only quotes": ['"'.repeat(10_001), 2],
  ragged: ["a,b\n1,2\n3\n4,5,6\n", 2],
  "ragged at the end": [`${plain}1,2,3\n`, 2],
  "a quote that nothing closes": [`a,b\n1,"2\n${many(2000, (i) => `${i},${i}`)}\n`, 2],
  "text beside quotes": ['a,b\n1,"2"3\n4,5\n', 2],
  "carriage returns alone": [plain.replaceAll("\n", "\r"), 0],
  "line ends of all kinds": ["a,b\r1,2\n3,4\r\n5,6\r7,9\n8,1", 0],
  "a mark of UTF-8": [bytes([0xef, 0xbb, 0xbf], plain), 0],
  "two marks of UTF-8": [bytes([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], plain)],
  "only a mark of UTF-8": [bytes([0xef, 0xbb, 0xbf]), 2],
  "UTF-16 with a mark": [utf16(plain, [0xff, 0xfe])],
  "UTF-16, big end first": [utf16(plain, [0xfe, 0xff], true)],
  "UTF-16 without a mark": [utf16(plain, [])],
  "UTF-16 of an odd length": [bytes(utf16(plain, [0xff, 0xfe]), [0x41])],
  "UTF-16 of Chinese names": [utf16(`${"数据,标签"}\n1,2\n3,4\n5,5\n`, [])],
  "UTF-32": [
    bytes([0xff, 0xfe, 0, 0], Buffer.concat([...plain].map((c) => Buffer.from([c.charCodeAt(0), 0, 0, 0])))),
    2,
  ],
  "Latin-1 names": [bytes("a,caf\xe9\n1,2\n3,4\n5,1\n")],
  "Latin-1 classes": [
    bytes(
      "a,kind\n",
      many(40, (i) => `${Math.sin(i)},caf${i % 2 ? "\xe9" : "\xe8"}`),
      "\n",
    ),
  ],
  "UTF-8 that breaks in the middle": [
    bytes(
      "a,kind\n",
      many(20, (i) => `${i * 0.3},caf\xc3\xa9`),
      "\n",
      many(20, (i) => `${i * 0.7},caf\xe9`),
      "\n",
    ),
  ],
  "a byte of zero in the head": [bytes("a,\0b\n1,2\n3,4\n"), 2],
  "a byte of zero at the end": [bytes(plain, "\0"), 2],
  "zeros after 70,000 bytes": [
    bytes(
      many(10_000, (i) => `${i},${i % 3}`),
      "\n1,\0\n",
    ),
    2,
  ],
  "a cell of 80,000 digits": [`a,b\n1,2\n${"1".repeat(80_000)},3\n4,5\n`],
  "a cell of 80,000 digits and a letter": [`a,b\n1,2\n${"1".repeat(80_000)}x,3\n4,5\n`, 2],
  "a cell of 300,000 commas in quotes": [`a,b\n1,2\n"${"1,".repeat(150_000)}",3\n4,5\n`, 2],
  "a cell of 80,000 points": [`a,b\n1,2\n${".".repeat(80_000)},3\n4,5\n`, 2],
  "a cell of 80,000 spaces in quotes": [`a,b\n1,2\n"${" ".repeat(80_000)}",3\n4,5\n`],
  "a name of 100,000 letters": [`${"n".repeat(100_000)},b\n${many(40, (i) => `${Math.sin(i)},${i % 7}`)}\n`, 0],
  "100,000 columns": [
    `${many(100_000, (i) => `c${i}`).replaceAll("\n", ",")}\n${many(3, (i) => many(100_000, (j) => (i * j) % 7).replaceAll("\n", ","))}\n`,
  ],
  "20,000 columns and a letter": [
    `${many(20_000, (i) => `c${i}`).replaceAll("\n", ",")}\n${many(3, (i) => many(20_000, (j) => (i * j) % 7).replaceAll("\n", ","))}\n${"x,".repeat(19_999)}1\n`,
    2,
  ],
  "a header of one name twice": ["a,a\n1,2\n3,4\n", 2],
  "100,000 names that are one": [`${"a,".repeat(99_999)}a\n${"1,".repeat(99_999)}1\n`, 2],
  "a name that is a prototype's": ["__proto__,constructor,toString\n1,2,3\n3,4,7\n5,1,0\n", 0],
  "1e400": ["a,b\n1,2\n1e400,3\n4,5\n", 2],
  "1e308 and its negative": ["a,b\n1e308,2\n-1e308,3\n4,5\n"],
  denormals: ["a,b\n1e-320,2\n3e-320,3\n4e-321,5\n"],
  infinities: ["a,b\ninf,2\n-inf,3\n4,5\n", 2],
  "gzip under the name of a CSV": [gzipSync(plain), 0],
  "gzip that is cut": [gzipSync(plain).subarray(0, 60), 2],
  "gzip in gzip": [gzipSync(gzipSync(plain)), 2],
  "gzip of one gibibyte of zeros": [() => gzipSync(Buffer.alloc(2 ** 30)), 2],
  "a NumPy array that is cut": [
    bytes(
      "\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000), }",
      " ".repeat(40),
      "\n",
    ),
    2,
  ],
  "a NumPy array of objects": [
    bytes("\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (3, 2), }".padEnd(127), "\n"),
    2,
  ],
  "Parquet that is cut": [bytes("PAR1", Buffer.alloc(50), "PAR1"), 2],
  "Parquet whose footer lies": [bytes("PAR1", Buffer.alloc(50, 0xff), [0xff, 0xff, 0xff, 0x7f], "PAR1"), 2],
  "an archive": [bytes("PK\x03\x04", Buffer.alloc(40)), 2],
  "an empty archive": [bytes("PK\x05\x06", Buffer.alloc(18)), 2],
  "a picture": [bytes("\x89PNG\r\n\x1a\n", Buffer.alloc(40)), 2],
  "a web page": ["<!doctype html><html><body>404</body></html>", 2],
  JSON: ['{"a": [1, 2, 3]}', 2],
  "JSON lines 20,000 levels deep": [`{"a": ${"[".repeat(20_000)}${"]".repeat(20_000)}}\n`, 2],
  "JSON lines with a prototype": ['{"__proto__": 1, "b": 2}\n{"__proto__": 3, "b": 4}\n{"__proto__": 2, "b": 1}\n'],
  "JSON lines whose keys are obeyed": ['{"a\\u001b[31m": "x\\u001b[2J", "b": [1]}\n', 2],
};

/** Cells beyond what the model can say, scored among others. */
const extremes = ["1e39", "1e20", "-1e39", "1e300", "-1e308", "1e-320", "3.5e38", "1e10", "1e6"];

export const tables = {
  name: "tables",
  *cases(seed) {
    for (const [i, [name, [content, code]]] of Object.entries(files).entries())
      yield {
        name,
        quick: i % 5 === 0 && !/gibibyte|100,000/.test(name),
        run: async (box) => {
          box.write("t.csv", typeof content === "function" ? content() : content);
          await box.call(["inspect", "t.csv"], code === undefined ? { code: [0, 2] } : { code: [code] });
        },
      };
    for (const name of [
      "ragged",
      "UTF-16 with a mark",
      "Latin-1 classes",
      "a cell of 80,000 digits and a letter",
      "100,000 columns",
      "gzip that is cut",
      "a byte of zero at the end",
      "a quote that nothing closes",
      "line ends of all kinds",
    ])
      yield {
        name: `${name}, scored`,
        run: async (box) => {
          await box.run("numbers");
          box.write("t.csv", files[name][0]);
          await box.call(["score", "run", "t.csv", "--out", "o.csv"], { code: [0, 2] });
        },
      };
    for (const [i, value] of extremes.entries())
      for (const by of ["energy", "kernel"])
        yield {
          name: `${value} scored by ${by}`,
          quick: i === 0,
          run: (box) => scoreExtreme(box, value, by),
        };
    yield {
      name: "1e400 scored",
      quick: true,
      run: async (box) => {
        await box.run("numbers");
        box.write("t.csv", "a,b\n1,2\n1e400,1\n");
        await box.call(["score", "run", "t.csv"], { code: [2], says: /row 3, column a.*1e400.*not a finite number/ });
      },
    };
    for (const command of ["impute", "denoise", "classify"])
      yield {
        name: `1e39 for ${command}`,
        run: async (box) => {
          await box.run(command === "classify" ? "labelled" : "numbers");
          box.write("t.csv", command === "impute" ? "a,b\n1e39,\n1,2\n" : "a,b\n1e39,1\n1,2\n");
          const result = await box.call([
            command,
            "run",
            "t.csv",
            ...(command === "denoise" ? ["--sigma", "0.1"] : []),
          ]);
          box.expect(!/\bNaN\b/.test(result.stdout), "a NaN among the results");
        },
      };
    const junk = fc.sample(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 400 }), fc.boolean()), {
      seed,
      numRuns: 24,
    });
    for (const [i, [own, after]] of junk.entries())
      yield {
        name: `bytes by chance, ${i}`,
        quick: i < 3,
        run: async (box) => {
          box.write("t.csv", after ? bytes(plain, own) : own);
          await box.call(["inspect", "t.csv"], { code: [0, 2] });
        },
      };
    const signs = fc.constantFrom(
      ",",
      '"',
      "\n",
      "\r",
      ";",
      "\t",
      "#",
      " ",
      "1",
      "-2.5",
      "e",
      "NA",
      "nan",
      "a",
      "\u00e9",
      "\u001b[1m",
      "{",
      "'",
    );
    for (const [i, own] of fc.sample(fc.array(signs, { minLength: 1, maxLength: 80 }), { seed, numRuns: 24 }).entries())
      yield {
        name: `signs by chance, ${i}`,
        quick: i < 3,
        run: async (box) => {
          box.write("t.csv", own.join(""));
          await box.call(["inspect", "t.csv"], { code: [0, 2] });
        },
      };
  },
};

/** A row that is beyond the others must be called, with the least p-value there is, and named. */
async function scoreExtreme(box, value, by) {
  await box.run("numbers");
  box.write("t.csv", `a,b\n1,0.5\n${value},1\n0.3,0.2\n`);
  const { stdout, stderr } = await box.call(["score", "run", "t.csv", "--by", by], { code: [0] });
  const [names, ...rows] = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const of = (row, name) => rows[row]?.[names.indexOf(name)];
  box.expect(!/\bNaN\b/.test(stdout), "a NaN among the scores");
  if (Math.abs(Number(value)) < 1) return;
  const least = Math.min(...rows.map((_, i) => Number(of(i, "pValue"))));
  box.expect(Number(of(1, "pValue")) === least && least < 0.1, `p-value ${of(1, "pValue")}, and the least is ${least}`);
  box.expect(/row 2\b/.test(stderr), "does not name row 2");
}
