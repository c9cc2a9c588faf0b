/** Marks of Observable Plot, as who draws them passes them on: its types stay out of ours, so that ours stand alone. */

/** A mark, or what Plot takes for one. */
export type Mark = object | null | undefined | readonly Mark[];
