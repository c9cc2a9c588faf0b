/** What pointers on a picture mean: dragged it moves, pinched it zooms, tapped it says where; with shift a line is drawn. */

import type { Box, Line } from "../engine/messages.js";
import { moved, type Place, pointAt, scaled } from "./plane.js";

export interface Gestures {
  down(event: PointerEvent): void;
  move(event: PointerEvent): void;
  up(event: PointerEvent): void;
  wheel(event: WheelEvent): void;
}

export interface Wishes {
  /** What the picture shows now; `null` where it shows nothing yet. */
  box(): Box | null;
  /** Whether dragging draws a line without a key. */
  lining(): boolean;
  show(box: Box): void;
  tap(at: Place): void;
  line(line: Line): void;
}

/** Pixels of the page within which a pointer has not moved. */
const STILL = 4;

interface Drag {
  readonly from: Place;
  readonly lining: boolean;
  /** Whether it has left the place where it began. */
  far: boolean;
}

export function gesturesOf(element: () => Element, wishes: Wishes): Gestures {
  const pointers = new Map<number, Place>();
  let drag: Drag | null = null;
  const at = (place: Place, box: Box): Place => pointAt(place, element().getBoundingClientRect(), box);
  const placeOf = (event: MouseEvent): Place => ({ x: event.clientX, y: event.clientY });
  const spread = (): number => {
    const [a, b] = [...pointers.values()];
    return Math.max(1, Math.hypot(a!.x - b!.x, a!.y - b!.y));
  };
  const between = (): Place => {
    const [a, b] = [...pointers.values()];
    return { x: (a!.x + b!.x) / 2, y: (a!.y + b!.y) / 2 };
  };
  /** The point that was under `from` is brought under `to`. */
  const carry = (box: Box, from: Place, to: Place): Box => {
    const [a, b] = [at(from, box), at(to, box)];
    return moved(box, { x: a.x - b.x, y: a.y - b.y });
  };
  return {
    down(event) {
      if (event.button !== 0) return;
      element().setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, placeOf(event));
      const lining = event.shiftKey || wishes.lining();
      drag = pointers.size === 1 ? { from: placeOf(event), lining, far: false } : null;
    },
    move(event) {
      const before = pointers.get(event.pointerId);
      const box = wishes.box();
      if (!before || !box) return;
      const now = placeOf(event);
      if (pointers.size === 2) {
        const [wide, middle] = [spread(), between()];
        pointers.set(event.pointerId, now);
        wishes.show(
          scaled(carry(box, middle, between()), at(between(), carry(box, middle, between())), wide / spread()),
        );
        return;
      }
      if (!drag) return;
      drag.far ||= Math.hypot(now.x - drag.from.x, now.y - drag.from.y) > STILL;
      if (!drag.far) return;
      if (drag.lining) {
        const [a, b] = [at(drag.from, box), at(now, box)];
        wishes.line([a.x, a.y, b.x, b.y]);
      } else wishes.show(carry(box, before, now));
      pointers.set(event.pointerId, now);
    },
    up(event) {
      const box = wishes.box();
      if (pointers.delete(event.pointerId) && drag && !drag.far && box && event.type === "pointerup")
        wishes.tap(at(placeOf(event), box));
      drag = null;
    },
    wheel(event) {
      const box = wishes.box();
      if (!box) return;
      event.preventDefault();
      wishes.show(scaled(box, at(placeOf(event), box), Math.exp(event.deltaY / 500)));
    },
  };
}
