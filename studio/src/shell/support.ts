/** What a browser needs to compute, asked before anything is loaded. */

/** The smallest module with an instruction of 128 bits: `v128.const 0; drop`. */
const SIMD = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 23, 1, 21, 0, 253, 12],
  ...Array.from({ length: 16 }, () => 0),
  ...[26, 11],
);

const hasSimd = (): boolean => {
  try {
    return WebAssembly.validate(SIMD);
  } catch {
    return false;
  }
};

/** Why nothing can be computed here, with what to do about it; `null` where it can. */
export function lacksSupport(): string | null {
  if (typeof Worker === "undefined")
    return "This browser gives pages no threads of their own, and the studio computes in one. Allow them, or use a current Firefox, Chrome, Edge or Safari.";
  if (typeof WebAssembly === "undefined")
    return "This browser runs no WebAssembly, by which the studio computes. Some switch it off for safety: allow it for this page, or use another browser.";
  if (!hasSimd())
    return "This browser lacks the SIMD part of WebAssembly, by which the studio computes. Chrome and Edge have it from 91, Firefox from 89, Safari from 16.4: bring it up to date, or train with the command line instead.";
  return null;
}
