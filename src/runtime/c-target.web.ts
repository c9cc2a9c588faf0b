/** A browser compiles no C. */

export const findCTarget = async (): Promise<{ readonly refused: string }> => ({
  refused: "a browser has no compiler",
});
