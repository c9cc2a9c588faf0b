/**
 * Pages of modules as they are built, in headless Chromium: nothing is bundled or installed.
 * `node scripts/plain-page.mjs PAGE [ASKED]` prints what a page reports, as JSON.
 */

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { findChromium } from "./chromium.mjs";
import { root } from "./run-command.mjs";

const flags = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** What ours name of others, which have no form that needs no bundler but these files. */
const outside = {
  "csv-parse/browser/esm/sync": "/node_modules/csv-parse/dist/esm/sync.js",
  yaml: "/node_modules/yaml/browser/index.js",
  hyparquet: "/node_modules/hyparquet/src/index.js",
  "hyparquet-compressors": "/node_modules/hyparquet-compressors/src/index.js",
  fzstd: "/node_modules/fzstd/esm/index.mjs",
  hysnappy: "/node_modules/hysnappy/js/index.js",
  zod: "/node_modules/zod/index.js",
  "fastest-levenshtein": "/node_modules/fastest-levenshtein/esm/mod.js",
  "onnxruntime-web/wasm": "/node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs",
  "@noble/hashes/": "/node_modules/@noble/hashes/",
};

/** Where a page finds what modules name: ours by the package's own record, as browsers are given it, and others'. */
function places() {
  const { exports, imports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const own = Object.entries(exports).filter(([, target]) => target.default);
  return new Map([
    ...Object.entries(outside),
    ...own.map(([name, target]) => [name.replace(/^\./, "ebbflow"), target.default.slice(1)]),
    ...Object.entries(imports).map(([name, { default: at }]) => [name, outside[at] ?? at.slice(1)]),
  ]);
}

/** A module with the places of what it names: workers read no import map. */
const withPlaces = (text, known) =>
  text.replaceAll(/\b(from|import) ?"([^".][^"]*)"/g, (all, word, name) => {
    const folder = [...known.keys()].find((key) => key.endsWith("/") && name.startsWith(key));
    const place = known.get(name) ?? (folder && known.get(folder) + name.slice(folder.length));
    return place ? `${word} "${place}"` : all;
  });

/** A page tells what it found, or what kept it from that, by the global `report`, and reads what is asked as `asked`. */
const html = (module, asked) => `<!doctype html><meta charset="utf-8"><title>page</title>
<script>
const asked = ${JSON.stringify(asked)};
const report = (value) => fetch("/report", { method: "POST", body: JSON.stringify({ value }) });
const fail = (error) => fetch("/report", { method: "POST", body: JSON.stringify({ error: String(error?.stack ?? error) }) });
addEventListener("error", (event) => fail(event.error ?? event.message));
addEventListener("unhandledrejection", (event) => fail(event.reason));
</script>
<script type="module" src="/${module}" onerror="fail('a module cannot be loaded')"></script>`;

const types = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** Serves the package on this machine: `requested` are the paths that were asked for, `missing` those that are not there. */
async function serve(page) {
  let tell;
  const reported = new Promise((resolve) => {
    tell = resolve;
  });
  const [requested, missing] = [[], []];
  const known = places();
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://page").pathname));
    const send = (type, body) => response.writeHead(200, { "content-type": type }).end(body);
    if (path === "/") return send("text/html", page);
    if (path === "/report") {
      let body = "";
      for await (const part of request) body += part;
      tell(JSON.parse(body));
      return response.writeHead(204).end();
    }
    requested.push(path);
    const file = join(root, path);
    if (!existsSync(file) || extname(file) === "") {
      if (path !== "/favicon.ico") missing.push(path);
      return response.writeHead(404).end();
    }
    const bytes = readFileSync(file);
    const isModule = [".js", ".mjs"].includes(extname(file)) && !path.includes("onnxruntime-web");
    return send(
      types[extname(file)] ?? "application/octet-stream",
      isModule ? withPlaces(bytes.toString(), known) : bytes,
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${server.address().port}/`;
  return { address, reported, requested, missing, close: () => server.close() };
}

/**
 * What a module of a page reports, in a browser of its own, and the paths it asked for. `more` are flags of the browser.
 */
export async function plainPage(module, { asked, more = [], seconds = 120 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-browser-"));
  const server = await serve(html(module, asked));
  const args = [...flags, ...more, `--user-data-dir=${folder}`, server.address];
  const child = spawn(findChromium(), args, { stdio: "ignore", env: { ...process.env, HOME: folder } });
  const late = new Promise((_, reject) => {
    const words = () => `browser: no report after ${seconds} s; missing: ${server.missing}`;
    setTimeout(() => reject(new Error(words())), 1000 * seconds).unref();
  });
  const ended = new Promise((_, reject) => child.on("error", reject));
  try {
    const { value, error } = await Promise.race([server.reported, late, ended]);
    if (error) throw new Error(`browser: ${error} ${server.missing}`);
    return { value, requested: server.requested };
  } finally {
    const closed = new Promise((resolve) => child.on("close", resolve));
    child.kill();
    await closed;
    server.close();
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    } catch {
      // What the browser still writes to its profile is the system's to clear away.
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [page, asked = "null"] = process.argv.slice(2);
  const found = findChromium()
    ? (await plainPage(page, { asked: JSON.parse(asked), seconds: 300 })).value
    : { missing: "no Chromium; CHROMIUM names one" };
  console.log(JSON.stringify(found));
}
