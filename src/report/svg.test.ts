import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { faultOf, hostile } from "../../test/support/markup.js";
import { InputError } from "../util/errors.js";
import { newDocument } from "./document.node.js";
import { serializeSvg } from "./serialize-svg.js";
import { renderPlot, svgElement } from "./svg.js";
import { darkOf, ink, paper } from "./theme.js";

const options = (): Plot.PlotOptions => ({
  title: "A line",
  ariaDescription: "It rises.",
  width: 300,
  height: 200,
  marks: [
    Plot.line(
      [
        [0, 1 / 3],
        [1, 2 / 3],
      ],
      { stroke: ink, clip: true },
    ),
  ],
});

const parse = (svg: string): Element => parseHTML(`<html><body>${svg}</body></html>`).document.querySelector("svg")!;

const document = newDocument();

describe("renderPlot", () => {
  const svg = renderPlot(options(), document);

  it("writes a standalone, well-formed picture with a size, a role and words", () => {
    expect(faultOf(svg)).toBeNull();
    const root = parse(svg);
    expect(root.getAttribute("xmlns")).toBe("http://www.w3.org/2000/svg");
    expect(["width", "height", "viewBox", "role", "aria-label"].map((name) => root.getAttribute(name))).toEqual([
      ...["300", "200", "0 0 300 200", "img", "A line"],
    ]);
    expect([...root.children].slice(0, 4).map((e) => e.localName)).toEqual(["title", "desc", "style", "rect"]);
    expect(root.querySelector("title")?.textContent).toBe("A line");
    expect(root.querySelector("desc")?.textContent).toBe("It rises.");
    expect(root.querySelector("rect")?.getAttribute("fill")).toBe(paper);
    expect(root.querySelectorAll("style")).toHaveLength(1);
    expect(svg).toContain(`[stroke="${ink}"]{stroke:${darkOf[ink]}}`.replaceAll('"', "&quot;"));
  });

  it("gives the same text for the same options, however many were drawn before", () => {
    renderPlot(options(), document);
    expect(renderPlot(options(), document)).toBe(svg);
  });

  it("gives ids of its own to each picture, and every reference finds its id", () => {
    const other = renderPlot({ ...options(), width: 320 }, document);
    const ids = (text: string): string[] => [...text.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]!);
    const uses = (text: string): string[] => [...text.matchAll(/url\(#([^)]+)\)/g)].map((m) => m[1]!);
    expect(ids(svg)).toHaveLength(1);
    expect(uses(svg)).toEqual(ids(svg));
    expect(uses(other)).toEqual(ids(other));
    expect(ids(other)).not.toEqual(ids(svg));
  });

  it("keeps coordinates to a hundredth of a pixel", () => {
    expect(svg).not.toMatch(/(?: d| x| y|transform)="[^"]*\.\d{3}/);
  });

  it.each(hostile)("keeps %j as words", (words) => {
    const marks = [Plot.text([words], { x: [0], y: [0], title: [words], text: [words] })];
    const bad = renderPlot({ title: words, ariaDescription: words, marks, x: { label: words } }, document);
    expect(faultOf(bad)).toBeNull();
    const root = parse(bad);
    expect(root.querySelectorAll("script, img, details")).toHaveLength(0);
    expect([...root.querySelectorAll("*")].flatMap((e) => [...e.attributes].map((a) => a.name))).not.toContain(
      "onload",
    );
    expect(root.querySelectorAll("style")).toHaveLength(1);
  });

  it("takes its elements from the document it is given, and adds nothing to it", () => {
    const own = newDocument();
    let made = 0;
    const counted = new Proxy(own, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        if (String(name).startsWith("createElement")) made++;
        return value.bind(target);
      },
    });
    const before = own.toString();
    expect(renderPlot(options(), counted)).toBe(svg);
    expect(made).toBeGreaterThan(0);
    expect(own.toString()).toBe(before);
  });

  it("refuses a plot without a title", () => {
    expect(() => renderPlot({ marks: [] }, document)).toThrow(InputError);
    expect(() => renderPlot({ title: " ", marks: [] }, document)).toThrow(/no title/);
  });
});

describe("serializeSvg", () => {
  it("rounds places but not words, and sorts attributes", () => {
    const g = svgElement(document, "text", { class: "0.12345", y: 1.23456, id: "z", x: "-0.0001" }, "0.123456");
    const text = serializeSvg(g);
    expect(text).toMatch(/^<text class="0.12345" id="f[\da-f]{8}-1" x="0" y="1.23">0.123456<\/text>$/);
  });

  it("rounds exponents, which are not always read", () => {
    const path = svgElement(document, "path", { d: "M1e-7,2.5e2L-3.14159,4" });
    expect(serializeSvg(path)).toBe('<path d="M0,250L-3.14,4"/>');
  });

  it("leaves a reference to nothing alone", () => {
    const g = svgElement(document, "g", { id: "a", "clip-path": "url(#b)" });
    g.append(svgElement(document, "use", { href: "#a" }));
    const text = serializeSvg(g);
    expect(text).toContain('clip-path="url(#b)"');
    expect(text).toMatch(/href="#f[\da-f]{8}-1"/);
  });
});

describe("faultOf finds", () => {
  it.each([
    '<svg a="x" a="y"/>',
    "<svg><g></svg>",
    "<svg>a & b</svg>",
    '<svg a="<"/>',
    "<svg a='x' b/>",
    "<svg/><svg/>",
    "<svg>\u0001</svg>",
    "<svg><",
    "<svg>]]></svg>",
  ])("%s", (xml) => {
    expect(faultOf(xml)).not.toBeNull();
  });
});
