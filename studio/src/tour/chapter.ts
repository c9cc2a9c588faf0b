/** The contract of a chapter of the tour: some words, and the state of the studio that they are about. */

export interface Chapter {
  /** In the address. */
  readonly name: string;
  readonly title: string;
  /** Paragraphs. */
  readonly text: readonly string[];
  /** The state, as the part of an address after the `#`. */
  readonly state: string;
  /** One thing to do with it. */
  readonly attempt: string;
  readonly question: string;
  readonly answer: string;
}

/** The link that opens a chapter with its state. */
export const addressOf = ({ state, name }: Chapter): string => `#${state}&chapter=${name}`;
