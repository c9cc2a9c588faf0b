/** Our modules beside onnxruntime-web in headless Chromium: modules as they are built, found by an import map. */

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { pinning } from "./contender.mjs";
import { compare, least, middle } from "./rounds.mjs";
import { columns, digits } from "./table.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const findChromium = () => [process.env.CHROMIUM, ...places].find((path) => path && existsSync(path));

const flags = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Where a page finds what modules name: ours by the package's own record, as browsers are given it, and others'. */
function importMap() {
  const { exports, imports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const own = Object.entries(exports).filter(([, target]) => target.default);
  return {
    ...Object.fromEntries(own.map(([name, target]) => [name.replace(/^\./, "ebbflow"), target.default.slice(1)])),
    ...Object.fromEntries(
      Object.entries(imports).map(([name, { default: at }]) => [
        name,
        at.startsWith("./") ? at.slice(1) : `/node_modules/${at}`,
      ]),
    ),
    zod: "/node_modules/zod/index.js",
    "fastest-levenshtein": "/node_modules/fastest-levenshtein/esm/mod.js",
    "onnxruntime-web/wasm": "/node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs",
    "@noble/hashes/": "/node_modules/@noble/hashes/",
  };
}

const html = () => `<!doctype html><meta charset="utf-8"><title>bench</title>
<script type="importmap">${JSON.stringify({ imports: importMap() })}</script>
<script>addEventListener("error", (e) => fetch("/report", { method: "POST", body: JSON.stringify({ error: String(e.message) }) }));</script>
<script type="module" src="/bench/browser-page.mjs"></script>`;

const types = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** Serves the package on this machine, and gives what the page posts. */
function serve(asked) {
  let tell;
  const reported = new Promise((resolve) => {
    tell = resolve;
  });
  const missing = [];
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://page").pathname));
    const send = (type, body) => response.writeHead(200, { "content-type": type }).end(body);
    if (path === "/") return send("text/html", html());
    if (path === "/asked") return send("application/json", JSON.stringify(asked));
    if (path === "/report") {
      let body = "";
      for await (const part of request) body += part;
      tell({ ...JSON.parse(body), missing });
      return response.writeHead(204).end();
    }
    const file = join(root, path);
    if (!existsSync(file) || extname(file) === "") {
      if (path !== "/favicon.ico") missing.push(path);
      return response.writeHead(404).end();
    }
    return send(types[extname(file)] ?? "application/octet-stream", readFileSync(file));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({
        address: `http://127.0.0.1:${server.address().port}/`,
        reported,
        missing,
        close: () => server.close(),
      }),
    );
  });
}

/** What the page found, by a browser of its own. */
async function openPage(chromium, asked, seconds) {
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-browser-"));
  const server = await serve(asked);
  const [program, ...args] = [...pinning(), chromium, ...flags, `--user-data-dir=${folder}`, server.address];
  const child = spawn(program, args, { stdio: "ignore", env: { ...process.env, HOME: folder } });
  const late = new Promise((_, reject) =>
    setTimeout(
      () => reject(new Error(`browser: no report after ${seconds} s; missing: ${server.missing}`)),
      1000 * seconds,
    ).unref(),
  );
  const ended = new Promise((_, reject) => child.on("error", reject));
  try {
    const report = await Promise.race([server.reported, late, ended]);
    if (report.error) throw new Error(`browser: ${report.error} ${report.missing}`);
    return report.rows;
  } finally {
    const closed = new Promise((resolve) => child.on("close", resolve));
    child.kill();
    await closed;
    server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A table of sizes: milliseconds of a Langevin step, and how much longer onnxruntime-web takes. */
export async function inBrowser({ rounds, quick }) {
  const chromium = findChromium();
  if (!chromium) return "no Chromium; CHROMIUM names one";
  const all = [
    { batch: 128, width: 64 },
    { batch: 512, width: 64 },
    { batch: 512, width: 128 },
  ];
  const sizes = quick ? all.slice(0, 1) : all;
  const rows = (await openPage(chromium, { sizes, rounds }, 300)).map(({ size, contenders: [mine, theirs] }) => {
    const { ratio, low, high, ofLeast } = compare(mine.ms, theirs.ms);
    const times = [mine, theirs].map(({ ms }) => `${digits(middle(ms))} (${digits(least(ms))})`);
    const first = [mine, theirs].map((one) => `${Math.round(one.first)}`);
    return [
      ...[`${size.batch}x${size.width}`, mine.computed, ...times],
      ...[`${digits(ratio)} (${digits(low)}-${digits(high)})`, digits(ofLeast), ...first],
    ];
  });
  const head = [
    "size",
    "ours is",
    "ours ms",
    "onnxruntime-web ms",
    "web / ours",
    "of the least",
    "ours first ms",
    "web first ms",
  ];
  return `ms per Langevin step in Chromium, one thread: median (least)\n${columns([head, ...rows], 2)}`;
}
