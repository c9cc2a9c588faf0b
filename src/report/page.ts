/** A report as one HTML file that needs nothing but itself. */

import { escapeText } from "./escape.js";
import { drawFigure, type Figure, WIDTH } from "./figures/figure.js";
import { pageStyle } from "./page-style.js";
import { type Claim, renderClaims, renderTable, type Table } from "./table.js";

export interface PageFigure {
  readonly figure: Figure;
  readonly caption: string;
  /** The numbers behind it, folded away. */
  readonly numbers?: Table;
}

export interface PageSection {
  readonly heading: string;
  /** The page that the section is about. */
  readonly link?: { readonly href: string; readonly text: string };
  /** Paragraphs, with an empty line between them. */
  readonly text?: string;
  readonly claims?: readonly Claim[];
  readonly figures?: readonly PageFigure[];
  readonly table?: Table;
}

export interface Page {
  readonly title: string;
  /** What the page is about in one picture, before any words. */
  readonly picture?: PageFigure;
  /** What came out, in one sentence below it. */
  readonly verdict?: string;
  /** What was done and what came out, in a few sentences. */
  readonly intro: string;
  readonly sections: readonly PageSection[];
  /** Versions, seed, how to make the page again. */
  readonly footer: string;
}

/** Nothing is loaded and nothing runs, whatever slips into the page; pictures stand in it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const paragraphs = (text: string): string =>
  text
    .split(/\n\s*\n/)
    .filter((one) => one.trim() !== "")
    .map((one) => `<p>${escapeText(one.trim())}</p>`)
    .join("\n");

function renderFigure({ figure, caption, numbers }: PageFigure, count: number, document: Document): string {
  const table = numbers ? `<details><summary>The numbers</summary>${renderTable(numbers)}</details>` : "";
  const drawn = drawFigure(figure, document);
  // What is wider than a phone keeps its size and scrolls by itself, so that its words can be read.
  const wide = (figure.width ?? WIDTH) > WIDTH;
  const picture = wide
    ? `<div class="scroll" role="region" tabindex="0" aria-label="${escapeText(figure.title)}">${drawn}</div>`
    : drawn;
  return `<figure${wide ? ' class="wide"' : ""}>${picture}<figcaption><b>Figure ${count}.</b> ${escapeText(caption)}</figcaption>${table}</figure>`;
}

/** Sections with figures counted through the whole page. @param before figures that stand above them. */
function renderSections(sections: readonly PageSection[], document: Document, before: number): string {
  let count = before;
  const numbered = (figure: PageFigure): string => {
    count += 1;
    return renderFigure(figure, count, document);
  };
  const one = ({ heading, link, text, claims, figures, table }: PageSection, i: number): string =>
    [
      `<section id="section-${i + 1}"><h2>${escapeText(heading)}</h2>`,
      text ? paragraphs(text) : "",
      link ? `<p><a href="${escapeText(link.href)}">${escapeText(link.text)}</a></p>` : "",
      claims && claims.length > 0 ? renderClaims(claims) : "",
      figures && figures.length > 0 ? `<div class="figures">${figures.map(numbered).join("\n")}</div>` : "",
      table ? renderTable(table) : "",
      "</section>",
    ]
      .filter((part) => part !== "")
      .join("\n");
  return sections.map(one).join("\n");
}

const contents = (sections: readonly PageSection[]): string => {
  const items = sections.map(({ heading }, i) => `<li><a href="#section-${i + 1}">${escapeText(heading)}</a></li>`);
  return `<nav aria-label="Contents"><ol>${items.join("")}</ol></nav>`;
};

/**
 * The page as text: no script, no request, light and dark, for phone, desk and paper. The same page gives the same text.
 * Every word is escaped.
 * @param document makes the elements of figures and is not changed: the page's own in a browser, linkedom's in Node.
 */
export function renderPage({ title, picture, verdict, intro, sections, footer }: Page, document: Document): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeText(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>${escapeText(title)}</h1>
${picture ? `<div class="picture">${renderFigure(picture, 1, document)}</div>\n` : ""}${verdict ? `<p class="lead">${escapeText(verdict)}</p>\n` : ""}${paragraphs(intro)}
${sections.length > 2 ? contents(sections) : ""}
</header>
<main>
${renderSections(sections, document, picture ? 1 : 0)}
</main>
<footer>${paragraphs(footer)}</footer>
</body>
</html>
`;
}
