/** The folder of a run as the server lists it in `runs.json`; plain data. */
export interface SeenFolder {
  readonly name: string;
  /** When something in it last changed, milliseconds since 1970. */
  readonly changed: number;
  /** Whether a process writes into it. */
  readonly busy: boolean;
  /** Whether it has been evaluated at its end. */
  readonly evaluated: boolean;
  /** Bytes of its journal, and what names the file: where it is another, it was written anew. */
  readonly journal: { readonly bytes: number; readonly id: number };
  /** Steps whose parameters are there, ascending, by the folder that holds them. */
  readonly kept: Readonly<Record<"checkpoints" | "history" | "best", readonly number[]>>;
}
