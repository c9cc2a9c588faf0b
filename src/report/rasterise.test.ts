import { describe, expect, it } from "vitest";
import { lackingLetters, rasterise } from "./rasterise.node.js";

const text = (words: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="30" font-family="system-ui, Arial, sans-serif"><rect width="200" height="30" fill="#fff"/><text x="5" y="20">${words}</text></svg>`;

/** Width and height that a PNG says it has. */
const sizeOf = (png: Uint8Array): [number, number] => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

describe("rasterise", () => {
  it("gives a PNG of so many pixels", async () => {
    const png = await rasterise(text(""), 3);
    expect([...png.subarray(0, 4)]).toEqual([137, 80, 78, 71]);
    expect(sizeOf(png)).toEqual([600, 90]);
  });

  it("refuses more pixels than it can draw, by the largest scale that it takes", async () => {
    // 200 by 30: a side of 32767 at most.
    await expect(rasterise(text(""), 1000)).rejects.toThrow(
      /a scale of 1000 makes 200000 by 30000 pixels, too many for one picture; give 129 at most/,
    );
    await expect(rasterise(text(""), 130)).rejects.toThrow("26000 by 3900 pixels");
  });

  it("draws letters whatever fonts the machine has, and different ones differently", async () => {
    // WebAssembly sees no fonts but those that it is given.
    const [none, one, other] = await Promise.all(
      [text(""), text("x₁ −1.5 ×10⁻³"), text("x₂ −1.5 ×10⁻³")].map((svg) => rasterise(svg)),
    );
    expect(one!.length).toBeGreaterThan(none!.length + 300);
    expect(Buffer.compare(one!, other!)).not.toBe(0);
  });
});

describe("lackingLetters", () => {
  it("names what would show as boxes, once", () => {
    expect(lackingLetters("Größe β₁ −3 ×10⁻³ Ж ‖ ∞ …")).toBe("");
    expect(lackingLetters("模式 a 模 🐧")).toBe("模式🐧");
  });
});
