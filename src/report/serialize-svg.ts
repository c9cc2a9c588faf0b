/** An SVG element as text that is the same for the same picture, and well-formed whatever its words are. */

import { escapeText } from "./escape.js";

/** Attributes that hold places and lengths: a hundredth of a pixel is enough, and the last digits differ by machine. */
const geometry = new Set(
  "d transform points x y x1 y1 x2 y2 cx cy r rx ry width height viewBox stroke-width".split(" "),
);

const rounded = (value: string): string =>
  value.replace(/-?\d*\.\d{3,}(e[-+]?\d+)?|-?\d+(\.\d+)?e[-+]?\d+/gi, (digits) =>
    String(Math.round(Number(digits) * 100) / 100 + 0),
  );

/** Ids of a drawing, in the order they stand in it. */
function idsOf(element: Element): string[] {
  return [element, ...element.querySelectorAll("[id]")].flatMap((e) => e.getAttribute("id") ?? []);
}

/** FNV-1a, 32 bits. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(16).padStart(8, "0");
}

function write(node: Node, rename: (value: string) => string): string {
  if (node.nodeType === 3) return escapeText(node.textContent ?? "");
  if (node.nodeType !== 1) return "";
  const element = node as Element;
  const attributes = [...element.attributes]
    .map(({ name, value }) => [name, geometry.has(name) ? rounded(value) : value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const head = attributes.map(([name, value]) => ` ${name}="${escapeText(rename(value))}"`).join("");
  const body = [...element.childNodes].map((child) => write(child, rename)).join("");
  return body === "" ? `<${element.localName}${head}/>` : `<${element.localName}${head}>${body}</${element.localName}>`;
}

/**
 * Attributes in alphabetical order, coordinates to a hundredth, everything escaped. Ids count from 1 behind a hash of
 * the drawing, so that several drawings share a page without one using the clip path of another.
 */
export function serializeSvg(svg: Element): string {
  const ids = idsOf(svg);
  const renamer = (prefix: string) => (value: string) => {
    const id = ids.indexOf(value.replace(/^(url\()?#?(.*?)\)?$/, "$2"));
    return id < 0 ? value : value.replace(ids[id] ?? "", `${prefix}-${id + 1}`);
  };
  const anonymous = write(svg, renamer("id"));
  return ids.length === 0 ? anonymous : write(svg, renamer(`f${hash(anonymous)}`));
}
