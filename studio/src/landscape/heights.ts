/** How high the cells of a picture are: 0 has the colour of nothing, 1 the fullest. */

import type { Numbers } from "../engine/messages.js";
import type { Shown } from "../state/address.js";

/** Nats above the lowest energy at which all is as good as nothing. */
export const DEEP = 12;

interface Picture {
  /** The part of the engine that has its numbers. */
  readonly part: string;
  /** In words, for who reads no colours. */
  readonly about: string;
  readonly heights: (numbers: Numbers) => Float32Array | null;
}

/** Densities are shown as a share of the highest that the scale has; its square root, so that faint modes are seen. */
export const heightOf = (logDensity: number, top: number): number => Math.min(1, Math.exp((logDensity - top) / 2)) || 0;

function densities(values: Numbers[string] | undefined, top: Numbers[string] | undefined): Float32Array | null {
  if (!(values instanceof Float32Array) || typeof top !== "number") return null;
  return values.map((v) => heightOf(v, top));
}

function normalised({ energy, logZ, top }: Numbers): Float32Array | null {
  if (!(energy instanceof Float32Array) || typeof logZ !== "number") return null;
  return densities(
    energy.map((e) => -e - logZ),
    top,
  );
}

function depths({ energy, lowest }: Numbers): Float32Array | null {
  if (!(energy instanceof Float32Array)) return null;
  let least = typeof lowest === "number" ? lowest : Number.POSITIVE_INFINITY;
  if (typeof lowest !== "number") for (const v of energy) if (v < least) least = v;
  return energy.map((v) => Math.min(1, Math.max(0, 1 - (v - least) / DEEP)) || 0);
}

/** What a picture can show, by name. */
export const pictures: Readonly<Record<Shown, Picture>> = {
  density: {
    part: "energies",
    about: "density of the model, exp(−E) over its log Z on the plane",
    heights: normalised,
  },
  energy: { part: "energies", about: "energy of the model, above its lowest", heights: depths },
  truth: {
    part: "truth",
    about: "density of the law behind the rows",
    heights: ({ logDensity, top }) => densities(logDensity, top),
  },
  latent: {
    part: "latent",
    about: "density of the model in the base of its flow, where chains of a latent space walk",
    heights: normalised,
  },
  flow: {
    part: "flow-density",
    about: "density of the flow",
    heights: ({ logDensity, top }) => densities(logDensity, top),
  },
};
