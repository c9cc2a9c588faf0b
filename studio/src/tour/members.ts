/** The chapters in their order, one line each. */

import { balanced } from "./balanced.js";
import type { Chapter } from "./chapter.js";

export const chapters: readonly Chapter[] = [
  //
  balanced,
];
