import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { scratch } from "../../test/support/scratch.js";
import { InputError } from "../util/errors.js";
import { readFrom, takeFiles } from "./data-files.node.js";

const need = { about: "tables of bits, x.csv", takes: (name: string) => name.startsWith("x.csv") };

function folder(): string {
  const path = scratch();
  for (const inner of ["b/c", "x.csv.d"]) mkdirSync(join(path, inner), { recursive: true });
  writeFileSync(join(path, "x.csv"), "0,1\n");
  writeFileSync(join(path, "y.csv"), "2,3\n");
  writeFileSync(join(path, "b", "x.csv.gz"), gzipSync("4,5\n"));
  writeFileSync(join(path, "b", "c", "x.csv"), "too deep");
  return path;
}

it("takes the files an experiment asks for, of a folder and the folders in it, and unpacks them", async () => {
  const path = folder();
  const files = takeFiles(path, need);
  expect(files.map((file) => file.path)).toEqual(["b/x.csv.gz", "x.csv"]);
  expect(takeFiles(folder(), need)).toEqual(files);
  const read = readFrom(path);
  const texts = await Promise.all(files.map(async (file) => new TextDecoder().decode(await read(file))));
  expect(texts).toEqual(["4,5\n", "0,1\n"]);
});

it("says what is missing, and when a file is no longer what it was", async () => {
  const path = folder();
  expect(() => takeFiles(join(path, "b", "c"), { ...need, takes: () => false })).toThrow(
    /c has none of the files; expected tables of bits, x\.csv/,
  );
  expect(() => takeFiles(join(path, "nowhere"), need)).toThrow(
    /cannot read the folder .*nowhere.*: there is no such file/,
  );
  expect(() => takeFiles(join(path, "y.csv"), need)).toThrow(InputError);
  const [, plain] = takeFiles(path, need);
  writeFileSync(join(path, "x.csv"), "1,1\n");
  await expect(readFrom(path)(plain!)).rejects.toThrow(/x\.csv has changed since the experiment began/);
});
