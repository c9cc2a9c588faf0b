/** Every TypeScript block of the pages runs as it stands, against the built package, by the names users import. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { version } from "../src/util/version.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = [
  ...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"],
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file.replaceAll("\\", "/")}`)
    .sort(),
];
const read = (page: string): string => readFileSync(join(root, page), "utf8");

const blocks = pages.flatMap((page) =>
  [...read(page).matchAll(/^```ts[^\n]*\n([\s\S]*?)^```$/gm)].map((m, i) => ({
    name: `${page} ${i + 1}`,
    code: m[1]!,
  })),
);

const outputs = new Map<string, string>();

/** What a block prints, run once inside the package, where its own name resolves to what `exports` say. */
function run(code: string): string {
  const known = outputs.get(code);
  if (known !== undefined) return known;
  mkdirSync(join(root, ".setup"), { recursive: true });
  const folder = mkdtempSync(join(root, ".setup", "block-"));
  try {
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 };
    writeFileSync(join(folder, "block.mjs"), ts.transpileModule(code, { compilerOptions }).outputText);
    const printed = execFileSync(process.execPath, [join(folder, "block.mjs")], { cwd: folder, encoding: "utf8" });
    outputs.set(code, printed);
    return printed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the pages", () => {
  it("have examples", () => expect(blocks.length).toBeGreaterThanOrEqual(2));

  it.each(blocks)("$name runs", ({ code }) => {
    expect(() => run(code)).not.toThrow();
  });

  it("type-check under the strictest settings", () => {
    const folder = mkdtempSync(join(root, ".setup", "types-"));
    try {
      const files = blocks.map(({ code }, i) => {
        writeFileSync(join(folder, `block-${i}.mts`), code);
        return join(folder, `block-${i}.mts`);
      });
      const module = ts.ModuleKind.NodeNext;
      const target = ts.ScriptTarget.ES2022;
      const strictest = { strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true };
      const options = { ...strictest, module, target, noEmit: true, skipLibCheck: true, types: ["node"] };
      const found = ts.getPreEmitDiagnostics(ts.createProgram(files, options));
      const said = found.map(
        ({ file, messageText }) =>
          `${blocks[files.findIndex((f) => file?.fileName.endsWith(basename(f)))]?.name}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
      );
      expect(said).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);

  it("show in the library example a log Z with its error, a verdict, a density and a sample", () => {
    const out = run(blocks[0]!.code);
    expect(out).toMatch(/log Z = -?\d+\.\d+ ± \d+\.\d+/);
    expect(out).toMatch(/held-out rows/i);
    expect(out).toMatch(/\[ 1000, 2 \]/);
    // What was saved and opened says the same.
    expect(out.trim()).toMatch(/\ntrue$/);
  });

  it("keep the example short", () => {
    const lines = blocks[0]!.code.split("\n").filter((line) => line.trim() !== "");
    expect(lines.length).toBeLessThanOrEqual(15);
  });

  it.each(pages)("%s links only to files that exist", (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#:]+)\)/g)].map((m) => m[1]!);
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });

  it("name in the architecture every folder of src, and no file that is not there", () => {
    const page = read("ARCHITECTURE.md");
    const files = [...page.matchAll(/`([a-z-]+(?:\/[a-z-]+)*\/[a-z0-9-]+\.ts)`/g)].map((m) => m[1]!);
    expect(files.length).toBeGreaterThan(20);
    expect(
      files.filter((file) => !["src", ".", "studio/src"].some((place) => existsSync(join(root, place, file)))),
    ).toEqual([]);
    const rows = [...page.matchAll(/^\|((?: `[a-z]+`)+) \|/gm)].flatMap((m) => m[1]!.match(/[a-z]+/g)!);
    const folders = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rows.slice(0, folders.length).sort()).toEqual(folders.map(({ name }) => name).sort());
  });

  it("agree with package.json on the version", () => {
    expect((JSON.parse(read("package.json")) as { version: string }).version).toBe(version);
  });
});
