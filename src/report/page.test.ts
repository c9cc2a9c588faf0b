import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { hostile } from "../../test/support/markup.js";
import { InputError } from "../util/errors.js";
import { newDocument } from "./document.node.js";
import type { Figure } from "./figures/figure.js";
import { lineDensityFigure } from "./figures/line-density.js";
import { type Page, renderPage } from "./page.js";

const figure = (title: string): Figure =>
  lineDensityFigure({ title, curves: [{ name: "curve", role: "ebm", x: [0, 1], y: [0, 1] }] });
const render = (page: Page): string => renderPage(page, newDocument());
const estimate = { value: 0.6583, standardError: 0.0093, interval: [0.64, 0.6765] } as const;

const page = (words: string): Page => ({
  title: words,
  intro: `${words}\n\nSecond paragraph.`,
  sections: [
    {
      heading: words,
      link: { href: words, text: words },
      text: words,
      claims: [
        { name: words, value: estimate, expected: words, passed: true },
        { name: "two", value: { value: -1.5, standardError: null, interval: null }, expected: "−1", passed: false },
        {
          name: "three",
          value: { value: Number.NaN, standardError: null, interval: null },
          expected: "1",
          passed: null,
        },
      ],
    },
    {
      heading: "Figures",
      figures: [
        {
          figure: figure(words.trim() || "t"),
          caption: words,
          numbers: { columns: [words, "y"], rows: [[words, 1.5]] },
        },
        { figure: figure("other"), caption: "second" },
      ],
    },
    {
      heading: "More",
      figures: [{ figure: figure("third"), caption: "third" }],
      table: { columns: ["a"], rows: [["b"]] },
    },
  ],
  footer: words,
});

const parse = (html: string): Document => parseHTML(html).document;

describe("renderPage", () => {
  const html = render(page("Two modes"));
  const document = parse(html);

  it("needs nothing but itself, and lets nothing run", () => {
    const addresses = html.replaceAll('xmlns="http://www.w3.org/2000/svg"', "");
    expect(addresses).not.toMatch(/https?:|\/\/\w|@import|src=|<script|<link|<iframe|<object|<base/i);
    expect([...html.matchAll(/url\(([^)]*)\)/g)].every(([, target]) => target?.startsWith("#"))).toBe(true);
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute("content");
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).not.toMatch(/script|\*/);
  });

  it("is a page for phones, desks, dark rooms and paper", () => {
    expect(html.startsWith('<!doctype html>\n<html lang="en">')).toBe(true);
    expect(document.querySelector('meta[name="viewport"]')?.getAttribute("content")).toBe(
      "width=device-width,initial-scale=1",
    );
    expect(html).toContain("@media screen and (prefers-color-scheme:dark){:root{");
    expect(html).toContain("@media print{");
    expect(html).toContain("color-scheme:light dark");
  });

  it("has one title, sections in order, and links to them", () => {
    expect([...document.querySelectorAll("h1, h2")].map((h) => h.textContent)).toEqual([
      ...["Two modes", "Two modes", "Figures", "More"],
    ]);
    const links = [...document.querySelectorAll("nav a")].map((a) => a.getAttribute("href")?.slice(1));
    expect(links).toEqual([...document.querySelectorAll("section")].map((s) => s.getAttribute("id")));
    expect([...document.querySelectorAll("header p")].map((p) => p.textContent)).toEqual([
      "Two modes",
      "Second paragraph.",
    ]);
  });

  it("counts figures through the page, each with words for those who do not see it and a caption", () => {
    const figures = [...document.querySelectorAll("figure")];
    expect(figures.map((f) => f.querySelector("figcaption")?.textContent)).toEqual([
      ...["Figure 1. Two modes", "Figure 2. second", "Figure 3. third"],
    ]);
    for (const figure of figures) {
      expect(figure.querySelector("svg")?.getAttribute("role")).toBe("img");
      expect(figure.querySelector("svg > title")?.textContent).not.toBe("");
    }
    expect(figures[0]?.querySelector("details table td.n")?.textContent).toBe("1.500");
    expect(figures[1]?.querySelector("details")).toBeNull();
  });

  it("gives no id twice, although figures bring their own", () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]);
    expect(ids.length).toBeGreaterThan(4);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("leads to another page", () => {
    const link = document.querySelector("#section-1 p a");
    expect([link?.getAttribute("href"), link?.textContent]).toEqual(["Two modes", "Two modes"]);
  });

  it("says how claims went in a word and a sign", () => {
    const rows = [...document.querySelectorAll(".claims tbody tr")].map((tr) =>
      [...tr.children].map((cell) => cell.textContent),
    );
    expect(rows).toEqual([
      ["Two modes", "0.6583 ± 0.009395 %: 0.640 to 0.676", "Two modes", "✓ passed"],
      ["two", "−1.500", "−1", "✗ failed"],
      ["three", "NaN", "1", "? not decided"],
    ]);
    expect(document.querySelector(".count")?.textContent).toBe("1 of 3 claims passed, 1 failed, 1 not decided.");
  });

  it("is the same text every time", () => {
    expect(render(page("Two modes"))).toBe(html);
  });

  it.each(hostile)("keeps %j as words", (words) => {
    const bad = render(page(words));
    const shape = (d: Document) =>
      [...d.querySelectorAll("*")].filter((e) => !e.closest("svg")).map((e) => e.localName);
    expect(shape(parse(bad))).toEqual(shape(document));
    const names = [...parse(bad).querySelectorAll("*")].flatMap((e) => [...e.attributes].map((a) => a.name));
    expect(names.filter((name) => name.startsWith("on") || name === "src")).toEqual([]);
    expect(bad).not.toMatch(/<script|<img/i);
    expect(bad).not.toContain("\u202e");
  });

  it("refuses a figure without a title", () => {
    const section = (title: string): Page => ({
      ...page("x"),
      sections: [{ heading: "h", figures: [{ figure: figure(title), caption: "c" }] }],
    });
    expect(() => render(section(" "))).toThrow(InputError);
  });
});
