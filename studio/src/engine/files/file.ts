/** The contract of what a page offers for download: made of the training as it stands, in the thread that computes. */

import type { ConfiguredSession } from "ebbflow/train";
import type { FileKind, MadeFile } from "../messages.js";
import type { Programs } from "../programs.js";

/** All that there is to make a file from. */
export interface Stand {
  readonly session: ConfiguredSession;
  readonly programs: Programs;
}

export interface FileMember extends FileKind {
  /** Whether this training has any. */
  fits(session: ConfiguredSession): boolean;
  make(stand: Stand): Promise<MadeFile>;
}
