/**
 * The errors a user can cause, by what a program should do about them. The command line maps each to its exit code.
 * Anything else that is thrown is a defect of ebbflow.
 */

/** An option, configuration or input file is wrong: nothing was computed. Exit code 2. */
export class InputError extends Error {
  override readonly name: string = "InputError";
  constructor(
    message: string,
    /** Where in a configuration the fault lies, outermost key first; empty when it is not in one. */
    readonly path: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** There are not as many rows to train on as something takes. */
export class TooFewRows extends InputError {
  constructor(
    rows: number,
    /** How many it takes. */
    readonly least: number,
    /** What for, such as `choose mixtures by rows left out`. */
    readonly why: string,
  ) {
    super(`${rows} ${rows === 1 ? "row is" : "rows are"} too few to ${why}, which takes ${least}`);
  }
}

/** Run `work`, and say of an `InputError` in it that it lies under a key of a configuration. */
export function under<T>(key: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.message, [key, ...error.path], { cause: error });
    throw error;
  }
}

/** A computation left the numbers: a NaN, an infinity, a divergence. Exit code 3. */
export class NumericError extends Error {
  override readonly name: string = "NumericError";
}

/** Operands do not fit an operation. The message names the operation, the shapes and what was expected. */
export class ShapeError extends Error {
  override readonly name: string = "ShapeError";
}
