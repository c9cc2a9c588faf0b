/** Runs our own source in a child process without a build: TypeScript files of some folders of src/ as JavaScript. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const source = fileURLToPath(new URL("../../src", import.meta.url));

/** Writes `<target>/<folder>/*.js` for the folders of src/ given; tests are left out, types are not checked. */
export function transpile(folders: readonly string[], target: string): void {
  for (const folder of folders) {
    mkdirSync(join(target, folder), { recursive: true });
    for (const name of readdirSync(join(source, folder))) {
      if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
      const compilerOptions = {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ES2022,
        verbatimModuleSyntax: true,
      };
      const { outputText } = ts.transpileModule(readFileSync(join(source, folder, name), "utf8"), { compilerOptions });
      writeFileSync(join(target, folder, name.replace(/ts$/, "js")), outputText);
    }
  }
  writeFileSync(join(target, "package.json"), '{ "type": "module" }');
}
