/**
 * The package as a user gets it: packed, linted, installed into an empty project, run and compiled against.
 * Twice: by plain npm, where onnxruntime-node's own installer may fail and be left out, and with that installer skipped.
 * Then bundled by Vite and by esbuild into pages, opened in Chromium where it is or can be installed; where not, that is said.
 * `--keep` leaves the projects for a look. Ends with `N passed, N failed`.
 */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cases } from "./browser-cases.mjs";
import { browserProject, pageReport } from "./browser-page.mjs";
import { needChromium } from "./chromium.mjs";
import { firstExample } from "./read-example.mjs";
import { mustRun, npm, onPath, packageBin, root } from "./run-command.mjs";
import { main, setup } from "./setup.mjs";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const subpaths = Object.keys(manifest.exports).filter((path) => !path.endsWith(".json"));
const specifiers = subpaths.map((path) => path.replace(/^\./, manifest.name));
const results = [];

/** One line for a step: `work` returns what to say of it, and throws when it failed. */
async function step(name, work) {
  const start = performance.now();
  let note = "";
  let ok = true;
  try {
    note = (await work()) ?? "";
  } catch (error) {
    ok = false;
    note = `\n${error.message.replaceAll(/^/gm, "    ")}`;
  }
  results.push(ok);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${ok ? "ok    " : "failed"} ${seconds.padStart(6)} s  ${name}${note ? `: ${note}` : ""}`);
  return ok;
}

async function pack(folder) {
  const { stdout } = await mustRun(npm("pack", "--json", "--ignore-scripts", "--pack-destination", folder));
  // npm 12 keys the list by package name.
  const [packed] = Object.values(JSON.parse(stdout));
  const files = packed.files.map(({ path }) => path);
  for (const subpath of Object.values(manifest.exports).flatMap((entry) => Object.values(Object(entry))))
    if (typeof subpath === "string" && subpath.startsWith("./") && !files.includes(subpath.slice(2)))
      throw new Error(`${subpath} of exports is not in the package`);
  const stray = files.find((file) => /\.test\.|\.tsbuildinfo$|\.ebbflow-build$/.test(file));
  if (stray) throw new Error(`${stray} does not belong in the package`);
  return { tarball: join(folder, packed.filename), files: files.length, bytes: packed.size };
}

/** The environment of somebody at a terminal: nothing of the npm run that called us, nothing about onnxruntime-node. */
function userEnvironment(extra) {
  const ours =
    /^(npm_(package|lifecycle)_.*|npm_(command|execpath|node_execpath|config_(local_prefix|onnxruntime.*))|onnxruntime_node_install.*|init_cwd)$/i;
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name))), ...extra };
}

function parseList(stdout) {
  const list = JSON.parse(stdout);
  const sets = Array.isArray(list) ? [list] : Object.values(list).filter(Array.isArray);
  const count = sets.reduce((sum, set) => sum + set.length, 0);
  if (count === 0) throw new Error("the list is empty");
  return `${count} members`;
}

/** A project's compiler settings. Declarations of libraries are checked too, so that ours must stand by themselves. */
const compilerOptions = (resolution) => ({
  target: "ES2022",
  lib: ["ES2023", "ESNext.Collection", "DOM"],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: false,
  module: resolution === "bundler" ? "ESNext" : "NodeNext",
  moduleResolution: resolution,
});

async function typeCheck(folder, resolution, file) {
  const config = `tsconfig.${resolution}.json`;
  const settings = { compilerOptions: compilerOptions(resolution), files: [file] };
  writeFileSync(join(folder, config), JSON.stringify(settings));
  await mustRun(packageBin("typescript", ["-p", config], "tsc"), { cwd: folder });
}

async function runExample(folder, env) {
  const readme = join(root, "README.md");
  const example = existsSync(readme) ? firstExample(readFileSync(readme, "utf8")) : undefined;
  if (example === undefined) throw new Error("README.md has no ```ts example block");
  writeFileSync(join(folder, "example.ts"), example);
  await typeCheck(folder, "nodenext", "example.ts");
  const { default: ts } = await import("typescript");
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
  writeFileSync(join(folder, "example.mjs"), ts.transpileModule(example, { compilerOptions: options }).outputText);
  const { stdout } = await mustRun({ command: process.execPath, args: ["example.mjs"] }, { cwd: folder, env });
  return `${example.split("\n").length} lines, printed ${stdout.trimEnd().split("\n").length}`;
}

function writeProject(folder) {
  const names = specifiers.map((specifier, i) => `import * as m${i} from "${specifier}";`);
  const used = `export const all: object[] = [${specifiers.map((_, i) => `m${i}`).join(", ")}];`;
  writeFileSync(join(folder, "imports.ts"), `${names.join("\n")}\n${used}\n`);
  const loads = specifiers.map((specifier) => `console.log(Object.keys(await import("${specifier}")).length);`);
  writeFileSync(join(folder, "imports.mjs"), loads.join("\n"));
}

async function tryProject(name, parent, tarball, extra) {
  const folder = join(parent, name.replaceAll(/\W+/g, "-"));
  mkdirSync(folder);
  const env = userEnvironment(extra);
  const here = { cwd: folder, env };
  const say = (what) => `${name}: ${what}`;
  const installed = await step(say("npm install"), async () => {
    await mustRun(onPath("npm", ["init", "-y"]), here);
    await mustRun(onPath("npm", ["pkg", "set", "type=module"]), here);
    await mustRun(onPath("npm", ["install", "--no-audit", "--no-fund", tarball]), here);
    const native = existsSync(join(folder, "node_modules/onnxruntime-node/package.json"));
    return native ? "with the native engine" : "without the native engine";
  });
  if (!installed) return;
  writeProject(folder);
  await step(say("npx ebbflow --version"), async () => {
    const { stdout } = await mustRun(onPath("npx", ["ebbflow", "--version"]), here);
    if (!stdout.includes(manifest.version)) throw new Error(`printed ${stdout.trim()}, expected ${manifest.version}`);
    return stdout.trim();
  });
  await step(say("npx ebbflow list --json"), async () =>
    parseList((await mustRun(onPath("npx", ["ebbflow", "list", "--json"]), here)).stdout),
  );
  await step(say("every subpath loads"), async () => {
    const { stdout } = await mustRun({ command: process.execPath, args: ["imports.mjs"] }, here);
    return `${specifiers.length} subpaths, ${stdout
      .trim()
      .split("\n")
      .map(Number)
      .reduce((a, b) => a + b, 0)} exports`;
  });
  for (const resolution of ["nodenext", "bundler"])
    await step(say(`types under ${resolution}`), () => typeCheck(folder, resolution, "imports.ts"));
  await step(say("the example of README.md"), () => runExample(folder, env));
}

/** Pages of a user's, by bundlers as they are without configuration. */
async function tryBrowser(folder, tarball) {
  const lack = await needChromium();
  if (lack) {
    console.log(`skipped          pages in a browser: ${lack}`);
    return;
  }
  let project;
  const installed = await step("in a browser: npm install with Vite and esbuild", async () => {
    project = await browserProject(folder, tarball, userEnvironment({}));
  });
  if (!installed) return;
  for (const bundler of ["vite", "esbuild"])
    for (const [i, { name, files, workers, prepare, judge }] of cases.entries())
      await step(`in a browser: a page by ${bundler} ${name}`, async () => {
        const { assets, expected } = (await prepare?.(mkdtempSync(join(project.folder, "made-")))) ?? {};
        return judge(
          await pageReport(project, bundler, String(i), { files: files(bundler), workers, assets }),
          expected,
        );
      });
}

await main(async () => {
  await setup({ build: true });
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-package-"));
  let packed;
  await step("npm pack", async () => {
    packed = await pack(folder);
    return `${packed.files} files, ${(packed.bytes / 1024).toFixed(0)} kB`;
  });
  if (packed) {
    await step("publint", () => mustRun(packageBin("publint", ["run", packed.tarball, "--strict"])).then(() => ""));
    const attw = [packed.tarball, "--profile", "esm-only", "--no-definitely-typed", "--no-color", "--no-emoji"];
    await step("are the types wrong", () => mustRun(packageBin("@arethetypeswrong/cli", attw, "attw")).then(() => ""));
    await tryProject("plain npm", folder, packed.tarball, {});
    await tryProject("installer skipped", folder, packed.tarball, { npm_config_onnxruntime_node_install: "skip" });
    await tryBrowser(join(folder, "browser"), packed.tarball);
  }
  if (process.argv.includes("--keep")) console.log(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
  const failed = results.filter((ok) => !ok).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
});
