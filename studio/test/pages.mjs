/** Pages of the built studio in headless Chromium, served as `ebbflow studio` serves it. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { listen } from "../../dist/serve/listen.js";
import { runFoldersIn } from "../../dist/serve/run-folders.js";
import { studioApp } from "../../dist/serve/studio-app.js";
import { findChromium } from "../../scripts/chromium.mjs";

export const site = fileURLToPath(new URL("../../dist/studio", import.meta.url));

/** Why there is nothing to open; `undefined` where there is. */
export const lacking = findChromium()
  ? undefined
  : "there is no Chromium: npm run studio:test installs one, or says why not";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

/** A browser and a server, of the runs in a folder where there is one; `open(address, options)` gives a page that has no error and is ready to play. */
export async function openStudio({ runs, flags: more = [] } = {}) {
  const server = await listen(studioApp({ site, runs: runs ? await runFoldersIn(runs) : null }), 0);
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...flags, ...more] });
  const errors = [];
  return {
    address: server.address,
    browser,
    /** What pages threw. */
    errors,
    async open(hash = "", { ready = true, before, ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
      // A busy machine takes its time.
      context.setDefaultTimeout(100_000);
      const page = await context.newPage();
      page.on("pageerror", (error) => errors.push(error.message));
      if (before) await page.addInitScript(before);
      await page.goto(`${server.address}${hash}`);
      if (ready) {
        await play(page).waitFor();
        // The second of two trainings.
        await page.getByText("preparing …").waitFor({ state: "detached" });
      }
      return page;
    },
    /** Close every page: one that trains would slow the next. */
    async clear() {
      for (const context of browser.contexts()) await context.close();
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** The button that plays, once it can. */
export const play = (page) => page.locator("button.primary:not([disabled])").first();

/** How far the weights of the modes are off in each training of a page, as it says; `null` before it does. */
export async function weightErrors(page) {
  const texts = await page.locator("section.truth").allInnerTexts();
  return texts.map((text) => {
    const found = /off by ([\d.]+) at most/.exec(text);
    return found && Number(found[1]);
  });
}

/** What axe finds that is serious or worse, as lines. */
export async function seriousProblems(page) {
  const path = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.evaluate(readFileSync(path, "utf8"));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
}
