/** What a program that called is told by the exit code. */
export const exitCodes = { usage: 1, input: 2, numeric: 3, interrupted: 130 } as const;
