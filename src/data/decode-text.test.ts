import { afterEach, expect, it } from "vitest";
import { sayBy } from "../runtime/say-once.js";
import { readTable } from "./read-table.js";

const said: string[] = [];
sayBy((line) => said.push(line));
afterEach(() => said.splice(0));

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const classes = (...kinds: string[]): string => `a,kind\n${kinds.map((kind, i) => `${i},${kind}`).join("\n")}\n`;
const read = (bytes: Uint8Array, source: string) => readTable(bytes, { source, label: "kind", fit: false });

it("keeps the classes of a table in Latin-1 apart, and says how it was read", async () => {
  const { labels } = await read(latin1(classes("caf\xe9", "caf\xe8")), "latin.csv");
  expect(labels?.cells).toEqual(["café", "cafè"]);
  expect(said).toEqual([
    expect.stringMatching(/^notice: latin\.csv is not UTF-8 and is read as Windows-1252; .*UTF-8/),
  ]);
});

it("says nothing of UTF-8", async () => {
  const { labels } = await read(new TextEncoder().encode(classes("café", "数据")), "utf8.csv");
  expect(labels?.cells).toEqual(["café", "数据"]);
  expect(said).toEqual([]);
});

it("refuses what is UTF-8 at first and something else later", async () => {
  const bytes = latin1(classes("caf\xc3\xa9", "caf\xe9"));
  await expect(read(bytes, "both.csv")).rejects.toThrow(
    "both.csv is UTF-8 at first and something else later; write all",
  );
});

it("says of UTF-16 that it is", async () => {
  const bytes = new Uint8Array(Uint16Array.from(`\ufeff${classes("café", "no")}`, (c) => c.charCodeAt(0)).buffer);
  expect((await read(bytes, "wide.csv")).labels?.cells).toEqual(["café", "no"]);
  expect(said).toEqual([expect.stringMatching(/^notice: wide\.csv is read as UTF-16/)]);
});
