/**
 * How evenly the built studio draws while it trains: `node studio/scripts/frames.mjs [seconds] [address]`. Opens it in
 * Chromium, plays, and logs every frame and every long task of the page. Ends with 1 where a frame took more than 100 ms.
 * With `--cpu` it tells the processor time of the page's tasks, which another load on the machine does not change, and
 * ends by that.
 */

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const LONGEST = 100;
/** Events of a trace whose processor time is told. */
const told = new Set(["RunTask", "FireAnimationFrame", "FunctionCall", "Layout", "Paint", "MinorGC", "MajorGC"]);
const root = fileURLToPath(new URL("../../dist/studio/", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };
const say = (...words) => process.stdout.write(`${words.join(" ")}\n`);
const flags = process.argv.slice(2).filter((word) => word.startsWith("--"));
const [seconds = "20", address = ""] = process.argv.slice(2).filter((word) => !word.startsWith("--"));

const server = createServer(({ url }, reply) => {
  const path = new URL(url, "http://x").pathname;
  const file = join(root, path.endsWith("/") ? "index.html" : path);
  if (!existsSync(file)) return reply.writeHead(404).end();
  reply.writeHead(200, {
    "Content-Type": types[extname(file)] ?? "application/octet-stream",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  });
  createReadStream(file).pipe(reply);
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--enable-precise-memory-info"] });
try {
  const page = await browser.newPage({ viewport: { width: 1500, height: 900 } });
  page.on("pageerror", (error) => say("page error:", error.message));
  await page.goto(`http://127.0.0.1:${server.address().port}/${address}`);
  await page.waitForSelector("button.primary:not([disabled])", { timeout: 120_000 });
  await page.keyboard.press("Space");
  // What is compiled and laid out once is over after a while.
  await page.waitForTimeout(3000);
  const traced = flags.includes("--cpu") ? await beginTrace(page) : null;
  const found = await page.evaluate(watch, 1000 * Number(seconds));
  const tasks = traced ? await traced.end() : [];
  report(found, tasks);
  say(await page.locator("output").first().textContent());
  const slow = traced ? tasks.map(({ tdur }) => tdur / 1000) : found.frames;
  process.exitCode = slow.some((ms) => ms > LONGEST) ? 1 : 0;
} finally {
  await browser.close();
  server.close();
}

/** In the page: milliseconds between frames, long tasks, and the heap some times on the way. */
function watch(ms) {
  return new Promise((resolve) => {
    const [frames, tasks, heap] = [[], [], []];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    });
    observer.observe({ entryTypes: ["longtask"] });
    const from = performance.now();
    let last;
    const frame = (now) => {
      if (last !== undefined) frames.push(now - last);
      last = now;
      if (heap.length <= (20 * (now - from)) / ms) heap.push(performance.memory?.usedJSHeapSize ?? 0);
      if (now - from < ms) requestAnimationFrame(frame);
      else {
        observer.disconnect();
        resolve({ frames, tasks, heap });
      }
    };
    requestAnimationFrame(frame);
  });
}

async function beginTrace(page) {
  const client = await page.context().newCDPSession(page);
  const events = [];
  client.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await client.send("Tracing.start", {
    categories: "toplevel,disabled-by-default-devtools.timeline,devtools.timeline,__metadata",
    transferMode: "ReportEvents",
  });
  return {
    async end() {
      const done = new Promise((resolve) => client.once("Tracing.tracingComplete", resolve));
      await client.send("Tracing.end");
      await done;
      const main = events.find(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
      const own = events.filter(({ pid, tid, tdur }) => pid === main?.pid && tid === main.tid && tdur > 0);
      return own.filter(({ name }) => told.has(name));
    },
  };
}

function report({ frames, tasks, heap }, traced) {
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))].toFixed(1);
  const total = frames.reduce((sum, ms) => sum + ms, 0);
  say(`${frames.length} frames, ${((1000 * frames.length) / total).toFixed(1)} a second`);
  say(`a frame: median ${at(0.5)} ms, 95 % ${at(0.95)}, 99 % ${at(0.99)}, longest ${at(1)}`);
  say(`${frames.filter((ms) => ms > LONGEST).length} frames over ${LONGEST} ms, ${tasks.length} tasks over 50 ms`);
  const megabytes = heap.map((bytes) => (bytes / 2 ** 20).toFixed(1));
  say(`heap of the page, MiB: ${megabytes.join(" ")}`);
  for (const name of new Set(traced.map((event) => event.name))) {
    const times = traced.filter((event) => event.name === name).map(({ tdur }) => tdur / 1000);
    const sum = times.reduce((a, b) => a + b, 0);
    const longest = times.toSorted((a, b) => b - a).slice(0, 4);
    say(
      `${name}: ${times.length}, ${(sum / times.length).toFixed(2)} ms of processor each, longest ${longest.map((t) => t.toFixed(1)).join(" ")}`,
    );
  }
}
