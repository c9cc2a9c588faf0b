/** Figures as pixels: drawn in WebAssembly with letters of its own, so that a machine without fonts shows the same. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { InputError } from "../util/errors.js";

const { resolve } = createRequire(import.meta.url);
const bytesOf = (file: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(resolve(file)));

/** Of the letters that there are: normal and bold. */
const FONTS = ["400", "700"].map((weight) => `@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight}-normal.woff2`);
const FAMILY = "DejaVu Sans";

let ready: Promise<Uint8Array[]> | undefined;

/** Compiled once in a process. */
const start = (): Promise<Uint8Array[]> => {
  ready ??= initWasm(bytesOf("@resvg/resvg-wasm/index_bg.wasm")).then(() => FONTS.map(bytesOf));
  return ready;
};

/** Pixels of a picture at most, which take half a gigabyte while it is drawn; a side has no more than a 16-bit number of them. */
const [PIXELS, SIDE] = [1e8, 32_767];

/**
 * A picture as PNG.
 * @param scale pixels for a pixel of the figure.
 * @throws InputError for more than a hundred million pixels, or more than 32767 on a side.
 */
export async function rasterise(svg: string, scale = 2): Promise<Uint8Array> {
  const fontBuffers = await start();
  const drawing = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers, defaultFontFamily: FAMILY, sansSerifFamily: FAMILY },
  });
  const { width, height } = drawing;
  const most = Math.min(Math.sqrt(PIXELS / (width * height)), SIDE / Math.max(width, height));
  if (scale > most) {
    drawing.free();
    throw new InputError(
      `a scale of ${scale} makes ${Math.round(width * scale)} by ${Math.round(height * scale)} pixels, too many for one picture; give ${Math.floor(most)} at most, or an .svg, which has no pixels`,
    );
  }
  const picture = drawing.render();
  const png = picture.asPng();
  picture.free();
  drawing.free();
  return png;
}

const OTHER =
  /(?!\p{Extended_Pictographic})[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Georgian}\p{Script=Common}\p{Script=Inherited}]/gu;

/** Characters of a text that the letters of {@link rasterise} lack, so that they show as boxes. */
export const lackingLetters = (text: string): string => [...new Set(text.replace(OTHER, ""))].join("");
