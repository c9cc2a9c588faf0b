import { describe, expect, it } from "vitest";
import type { Box, Line } from "../engine/messages.js";
import { gesturesOf } from "./gestures.js";
import { boxAfterKey, type Place, pointAt, scaled } from "./plane.js";

const frame = { left: 10, top: 20, width: 100, height: 200 };
const start: Box = [
  [0, 1],
  [0, 2],
];

describe("a point of a picture", () => {
  it("is that of the plane under it, y upwards", () => {
    expect(pointAt({ x: 10, y: 220 }, frame, start)).toEqual({ x: 0, y: 0 });
    expect(pointAt({ x: 110, y: 20 }, frame, start)).toEqual({ x: 1, y: 2 });
  });

  it("stays where it is while the picture is zoomed around it", () => {
    const at = pointAt({ x: 35, y: 90 }, frame, start);
    const after = pointAt({ x: 35, y: 90 }, frame, scaled(start, at, 0.37));
    expect(after.x).toBeCloseTo(at.x);
    expect(after.y).toBeCloseTo(at.y);
  });
});

describe("keys of a picture", () => {
  it("move it by a tenth, zoom it, and show all of it", () => {
    expect(boxAfterKey("ArrowRight", start)).toEqual([
      [0.1, 1.1],
      [0, 2],
    ]);
    expect(boxAfterKey("+", start)![0]).toEqual([0.09999999999999998, 0.9]);
    expect(boxAfterKey("0", start)).toBeNull();
    expect(boxAfterKey(" ", start)).toBeUndefined();
  });
});

/** A picture that pointers are put on, moved over and taken off. */
function picture(lining = false) {
  let box = start;
  const taps: Place[] = [];
  const lines: Line[] = [];
  const element = { getBoundingClientRect: () => frame, setPointerCapture: () => {} } as unknown as Element;
  const gestures = gesturesOf(() => element, {
    box: () => box,
    lining: () => lining,
    show: (next) => {
      box = next;
    },
    tap: (at) => taps.push(at),
    line: (line) => lines.push(line),
  });
  const event = (type: string, id: number, x: number, y: number, more = {}) =>
    ({ type, pointerId: id, button: 0, clientX: x, clientY: y, shiftKey: false, ...more }) as unknown as PointerEvent;
  return {
    ...{ taps, lines },
    box: () => box,
    down: (id: number, x: number, y: number, more = {}) => gestures.down(event("pointerdown", id, x, y, more)),
    move: (id: number, x: number, y: number) => gestures.move(event("pointermove", id, x, y)),
    up: (id: number, x: number, y: number) => gestures.up(event("pointerup", id, x, y)),
  };
}

describe("gestures", () => {
  it("tap where a pointer goes up without having moved", () => {
    const p = picture();
    p.down(1, 60, 120);
    p.move(1, 61, 121);
    p.up(1, 60, 120);
    expect(p.taps).toEqual([{ x: 0.5, y: 1 }]);
    expect(p.box()).toEqual(start);
  });

  it("move the plane with the pointer that drags it", () => {
    const p = picture();
    p.down(1, 60, 120);
    p.move(1, 70, 120);
    p.move(1, 80, 140);
    p.up(1, 80, 140);
    expect(p.taps).toEqual([]);
    expect(p.box()[0][0]).toBeCloseTo(-0.2);
    expect(p.box()[1][0]).toBeCloseTo(0.2);
  });

  it("zoom by two pointers about the place between them, and tap nothing", () => {
    const p = picture();
    p.down(1, 40, 120);
    p.down(2, 80, 120);
    p.move(1, 20, 120);
    p.move(2, 100, 120);
    p.up(1, 20, 120);
    p.up(2, 100, 120);
    expect(p.taps).toEqual([]);
    expect(p.box()[0][1] - p.box()[0][0]).toBeCloseTo(0.5);
    expect(p.box()[0][0]).toBeCloseTo(0.25);
  });

  it.each([
    ["with shift", false, { shiftKey: true }],
    ["where lines are drawn", true, {}],
  ])("draw a line %s, and leave the plane where it is", (_, lining, more) => {
    const p = picture(lining);
    p.down(1, 10, 120, more);
    p.move(1, 60, 120);
    p.move(1, 110, 20);
    p.up(1, 110, 20);
    expect(p.lines.at(-1)).toEqual([0, 1, 1, 2]);
    expect(p.box()).toEqual(start);
  });
});
