/** A line that is redrawn for a person who watches, and written now and then for a log. */

import { visible } from "../util/visible.js";
import { dimmed, lineFor } from "./terminal.js";

/** Seconds between lines where nobody watches. */
const [FIRST_PAUSE, PAUSE] = [2, 10];

export interface LiveLine {
  show(line: string): void;
  /** Say something that stays, without the line getting in its way. */
  say(text: string): void;
  /** Take the line away. */
  end(): void;
}

/** A live line on a stream; `quiet` shows only what is said. */
export function liveLine(stream: NodeJS.WriteStream, quiet: boolean): LiveLine {
  const redraws = stream.isTTY === true && process.env.TERM !== "dumb";
  let next = performance.now() + 1000 * FIRST_PAUSE;
  const clear = (): void => {
    if (redraws && !quiet) stream.write("\r\x1b[2K");
  };
  return {
    show(line) {
      if (quiet) return;
      if (redraws) {
        clear();
        stream.write(dimmed(stream, visible(line).slice(0, (stream.columns || 80) - 1)));
      } else if (performance.now() >= next) {
        next = performance.now() + 1000 * PAUSE;
        stream.write(`${lineFor(stream, line)}\n`);
      }
    },
    say(text) {
      clear();
      stream.write(`${lineFor(stream, text)}\n`);
    },
    end: clear,
  };
}
