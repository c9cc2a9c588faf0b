/** Names of the files of a run that hold the parameters of a step. */

export const stepFile = (step: number): string => `step-${String(step).padStart(8, "0")}.safetensors`;

/** The step that a name says; `null` for any other file. */
export function stepOf(name: string): number | null {
  const digits = /^step-(\d{8,16})\.safetensors$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}
