/**
 * The errors a user can cause, by what a program should do about them. The command line maps each to its exit code.
 * Anything else that is thrown is a defect of ebbflow.
 */

/** An option, configuration or input file is wrong: nothing was computed. Exit code 2. */
export class InputError extends Error {
  override readonly name: string = "InputError";
}

/** A computation left the numbers: a NaN, an infinity, a divergence. Exit code 3. */
export class NumericError extends Error {
  override readonly name: string = "NumericError";
}

/** Operands do not fit an operation. The message names the operation, the shapes and what was expected. */
export class ShapeError extends Error {
  override readonly name: string = "ShapeError";
}
