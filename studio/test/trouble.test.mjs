/** What the studio says where a file is broken or a browser lacks something, and that it goes on. */

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { lacking, openStudio, play, site } from "./pages.mjs";

const single = "#data.dataset=moons&data.points=400&energy.hidden=[16]&flow=null&objective.name=pcd";
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };

/** The built studio by a server that knows nothing of it, and sends no headers of its own. */
async function anyServer() {
  const server = createServer(({ url }, reply) => {
    const path = new URL(url, "http://x").pathname;
    const file = join(site, path === "/" ? "index.html" : path);
    if (!existsSync(file)) return reply.writeHead(404).end();
    reply.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    return reply.end(readFileSync(file));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

const lines = (line) => `a,b\n${Array.from({ length: 60 }, (_, i) => line(i)).join("\n")}\n`;
const wave = (i) => Math.sin(i) + Math.cos(3 * i);

/** Files that are none to learn from, and what is said of each. */
const broken = [
  ["ragged.csv", "a,b\n1,2\n3\n", /row 3 has 1 cell; expected 2/],
  ["empty.csv", "", /no rows/],
  ["header.csv", "a,b\n", /only a header row/],
  ["word.csv", lines((i) => `${wave(i)},${i === 7 ? "oops" : i}`), /row 9, column b: "oops" is text/],
  ["constant.csv", lines((i) => `${wave(i)},5`), /one column of numbers to learn.*b: 5 in every row/],
  ["picture.csv", "\u0089PNG\u0000\u0001", /no text/],
  ["line.csv", lines((i) => `${wave(i)},${2 * wave(i)}`), /weighted sum/],
];

describe.skipIf(lacking)(`trouble in the studio${lacking ? ` (${lacking})` : ""}`, () => {
  let studio;
  beforeAll(async () => {
    studio = await openStudio();
  });
  afterEach(() => studio?.clear());
  afterAll(async () => {
    await studio?.close();
    expect(studio?.errors).toEqual([]);
  });

  it("says what is wrong with a file, and goes on with what it has", async () => {
    const page = await studio.open(single);
    const give = async (name, content) => {
      const buffer = Buffer.isBuffer(content)
        ? content
        : Buffer.from(content, name === "picture.csv" ? "latin1" : "utf8");
      await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer });
    };
    await page.getByRole("radio", { name: "a file" }).check({ force: true });
    for (const [name, content, words] of broken) {
      await give(name, content);
      const alert = page.getByRole("alert").filter({ hasText: words }).first();
      await alert.waitFor();
      expect(await alert.textContent()).not.toMatch(/--|\n|undefined/);
    }
    await page.keyboard.press("Escape");
    await play(page).click();
    const step = page.getByText(/step [1-9]\d* of/);
    await step.waitFor();
    // A table as a spreadsheet saves it: its text has two bytes a letter.
    const good = Buffer.concat([
      Buffer.of(0xff, 0xfe),
      Buffer.from(
        lines((i) => `${wave(i)},${Math.cos(i * i)}`),
        "utf16le",
      ),
    ]);
    await give("good.csv", good);
    await page.getByText("60 rows of good.csv").waitFor();
    await expect.poll(() => page.getByRole("alert").count(), { timeout: 60_000 }).toBe(0);
    await step.waitFor();
  });

  it("trains by any server, without threads that share memory", async () => {
    const server = await anyServer();
    const page = await studio.open("", { ready: false });
    await page.goto(`${server.address}${single}`);
    expect(await page.evaluate(() => [globalThis.crossOriginIsolated, typeof SharedArrayBuffer])).toEqual([
      false,
      "undefined",
    ]);
    await play(page).click();
    await page.getByText(/step [1-9]\d* of/).waitFor();
    server.close();
  });

  it("says that a browser has no threads", async () => {
    const page = await studio.open(single, { ready: false, before: () => delete globalThis.Worker });
    const alert = page.getByRole("alert").filter({ hasText: "threads" });
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/use a current Firefox, Chrome, Edge or Safari/);
    await page.getByRole("button", { name: "tour" }).click();
    await page.getByRole("heading", { name: "Energy" }).first().waitFor();
  });

  it("says that a browser has no SIMD", async () => {
    // A processor without the instructions that it takes.
    const old = await openStudio({ flags: ["--js-flags=--no-enable-sse4-1"] });
    try {
      const page = await old.open(single, { ready: false });
      const alert = page.getByRole("alert").filter({ hasText: "SIMD" });
      await alert.waitFor();
      expect(await alert.textContent()).toMatch(/bring it up to date/);
      expect(old.errors).toEqual([]);
    } finally {
      await old.close();
    }
  });
});
