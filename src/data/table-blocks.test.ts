import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { loadCsv } from "./load-csv.js";
import { loadBlocks } from "./table-blocks.node.js";

const folder = mkdtempSync(join(tmpdir(), "ebbflow-blocks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const penguins = readFileSync(new URL("../../examples/penguins.csv", import.meta.url));
const file = (bytes: Uint8Array | string): string => {
  const path = join(folder, "table");
  writeFileSync(path, bytes);
  return path;
};
const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** The blocks as one, read twice with the same result. */
async function blocksOf(path: string, block: number, options = {}) {
  const read = await loadBlocks(path, { ...options, whole: true }, block);
  const once = async () => {
    const found = [];
    for await (const { rows, lines, whole } of read()) found.push({ data: [...rows.data], lines, cells: whole!.cells });
    return found;
  };
  const found = await once();
  expect(await once()).toEqual(found);
  return {
    count: found.length,
    data: found.flatMap(({ data }) => data),
    lines: found.flatMap(({ lines }) => lines),
    cells: found.flatMap(({ cells }) => cells),
  };
}

it("reads a file in many blocks, compressed or not, as it is at once", async () => {
  for (const bytes of [penguins, gzipSync(penguins)]) {
    const path = file(bytes);
    const { rows, lines, whole } = await loadCsv(path, { fit: false, whole: true });
    for (const block of [1, 500, 2 ** 20]) {
      const { count, ...found } = await blocksOf(path, block);
      expect(found, `${block}`).toEqual({ data: [...rows.data], lines, cells: whole!.cells });
    }
  }
  // A file of more than one part of a stream.
  const long = file(
    Buffer.concat([penguins, ...Array.from({ length: 40 }, () => penguins.subarray(penguins.indexOf(10) + 1))]),
  );
  const { rows } = await loadCsv(long, { fit: false });
  const { count, data } = await blocksOf(long, 2 ** 16);
  expect(count).toBeGreaterThan(2);
  expect(data).toEqual([...rows.data]);
});

it("remembers from block to block that commas are decimal", async () => {
  const path = file(`a;b\n1,5;1\n${"1,125;2\n7;3\n".repeat(8000)}`);
  const { count, data } = await blocksOf(path, 1);
  expect(count).toBeGreaterThan(1);
  expect(data.slice(0, 6)).toEqual([1.5, 1, 1.125, 2, 7, 3]);
  expect(data).toEqual([...(await loadCsv(path, { fit: false })).rows.data]);
  await expect(blocksOf(file(`a;b\n1,5;1\n${"7;3\n".repeat(30_000)}1.25;2\n`), 1)).rejects.toThrow(
    'row 30003, column a: "1.25" has a decimal point, and other cells a decimal comma',
  );
});

it("reads letters of UTF-8 and of Windows-1252, and says where a file is both", async () => {
  const rest = "1,ä,2\n3,b,4\n".repeat(6000);
  const options = { columns: ["größe", "x"] };
  for (const bytes of [Buffer.from(`größe,t,x\n${rest}`), latin(`größe,t,x\n${rest}`)])
    expect((await blocksOf(file(bytes), 1, options)).cells[0]).toEqual(["1", "ä", "2"]);
  const both = file(Buffer.concat([Buffer.from(`größe,t,x\n${rest}`), latin("5,ä,6\n")]));
  await expect(blocksOf(both, 1, options)).rejects.toThrow("is UTF-8 at first and something else later");
});

it("has other formats as one block, and what is wrong as loadCsv says it", async () => {
  expect((await blocksOf(file('{"a": 1}\n{"a": 2}\n'), 1)).data).toEqual([1, 2]);
  const said = (path: string) => expect(blocksOf(path, 1)).rejects;
  await said(file("%PDF-1.7\n")).toThrow("is a PDF");
  await said(join(folder, "none.csv")).toThrow("no such file");
  await said(folder).toThrow("is a directory");
  await said(file(gzipSync(penguins).subarray(0, 1000))).toThrow("its gzip compression is broken");
  await said(file("a,b\n1,2\n3,x\n")).toThrow(/table: row 3, column b: "x" is text/);
  const read = await loadBlocks(file("a,b\n1,2\n"), { array: "X" }).catch((error) => error.message);
  expect(read).toMatch("is no archive of NumPy arrays");
});
