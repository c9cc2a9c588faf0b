/** A browser compiles no C. */

const refused = "a browser has no compiler";

export const findCTarget = async (): Promise<{ readonly refused: string }> => ({ refused });

export const cHost = async (): Promise<never> => {
  throw new Error(refused);
};
