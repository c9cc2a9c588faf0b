/**
 * Pages that use the packed package, as a user would build them: by Vite with its default configuration and by esbuild,
 * opened in headless Chromium. A page says what it found by `report(value)`.
 */

import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { findChromium } from "./chromium.mjs";
import { mustRun, onPath } from "./run-command.mjs";

/** The versions that were tried. They go into the project of the check, not into ours. */
const tools = ["vite@8.3.8", "esbuild@0.28.2", "playwright-core@1.65.1"];

/** A project in an empty folder with the packed package and the bundlers. */
export async function browserProject(folder, tarball, env) {
  const here = { cwd: folder, env: { ...env, npm_config_onnxruntime_node_install: "skip" } };
  mkdirSync(folder, { recursive: true });
  await mustRun(onPath("npm", ["init", "-y"]), here);
  await mustRun(onPath("npm", ["pkg", "set", "type=module"]), here);
  await mustRun(onPath("npm", ["install", "--no-audit", "--no-fund", "--save-exact", tarball, ...tools]), here);
  return { folder, env: here.env };
}

const html = '<!doctype html><meta charset="utf-8"><title>page</title><script type="module" src="./main.js"></script>';

/** Builds a page and returns the folder to serve. */
const bundlers = {
  async vite({ folder, env }, page) {
    await mustRun(onPath("npx", ["vite", "build", page, "--outDir", "built", "--logLevel", "warn"]), {
      cwd: folder,
      env,
    });
    return join(folder, page, "built");
  },
  async esbuild({ folder, env }, page, workers) {
    const built = join(folder, page, "built");
    const entries = ["main.js", ...workers].map((file) => join(page, file));
    const flags = ["--bundle", "--format=esm", "--entry-names=[name]", `--outdir=${built}`];
    await mustRun(onPath("npx", ["esbuild", ...entries, ...flags]), { cwd: folder, env });
    const wasm = "ort-wasm-simd-threaded.wasm";
    mkdirSync(join(built, "assets"));
    for (const place of [built, join(built, "assets")])
      copyFileSync(join(folder, "node_modules/onnxruntime-web/dist", wasm), join(place, wasm));
    writeFileSync(join(built, "index.html"), html);
    return built;
  },
};

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".css": "text/css",
};

/** Serves a folder on this machine; `missing` collects what was asked for and is not there. */
function serve(folder) {
  const missing = [];
  const server = createServer(({ url }, response) => {
    const path = normalize(new URL(url, "http://page").pathname).replace(/\/$/, "/index.html");
    const file = join(folder, path);
    if (path === "/favicon.ico") return response.writeHead(204).end();
    if (!existsSync(file)) {
      missing.push(path);
      return response.writeHead(404).end();
    }
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({ missing, address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() });
    });
  });
}

/** Flags of a browser with a graphics processor in software. */
export const softwareGpu = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

const flags = [
  ...softwareGpu,
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

async function openPage(project, folder, { seconds, picture }) {
  const { chromium } = createRequire(join(project.folder, "package.json"))("playwright-core");
  const browser = await chromium.launch({ executablePath: findChromium(), args: flags });
  const server = await serve(folder);
  const log = [];
  try {
    const page = await browser.newPage();
    const reported = new Promise((resolve, reject) => {
      const fail = (words) =>
        reject(new Error([words, ...log, ...server.missing.map((path) => `404 ${path}`)].join("\n")));
      page.on("console", (message) => log.push(`console ${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => fail(`the page failed: ${error.stack ?? error}`));
      setTimeout(() => fail(`no report after ${seconds} s`), 1000 * seconds).unref();
      page
        .exposeFunction("report", resolve)
        .then(() => page.goto(server.address))
        .catch(reject);
    });
    const value = await reported;
    if (picture) await page.screenshot({ path: picture });
    if (server.missing.length > 0)
      throw new Error(`the page asked for what is not there: ${server.missing.join(", ")}`);
    return value;
  } finally {
    await browser.close();
    server.close();
  }
}

/**
 * What a page reported: `files` are its scripts by name, `main.js` the first; those in `workers` are scripts of workers,
 * which esbuild has to be told of, by their paths from the page; `assets` are files and folders that are served beside them.
 * Throws with the page's own error, its console and the files it missed.
 */
export async function pageReport(project, bundler, name, { files, workers = [], assets = {}, seconds = 120, picture }) {
  const page = `${bundler}-${name}`;
  const folder = join(project.folder, page);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries({ "index.html": html, ...files })) writeFileSync(join(folder, file), text);
  const built = await bundlers[bundler](project, page, workers);
  for (const [asset, path] of Object.entries(assets)) cpSync(path, join(built, asset), { recursive: true });
  return openPage(project, built, { seconds, picture });
}
