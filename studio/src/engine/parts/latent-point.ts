import { tensor } from "ebbflow";
import type { Part } from "./part.js";

/** The energy at the point of the base that a view asks about, and where the flow takes it. */
export const latentPoint: Part = {
  name: "latent-point",
  async compute({ session, programs, view }) {
    if (!view.point || session.model.event[0] !== 2) return null;
    const z = tensor(Float64Array.from(view.point), [1, 2]);
    const [energy, image] = [await programs.latentEnergies(z), await programs.flowImages(z)];
    return energy && image && { energy: energy[0]!, x: image.data[0]!, y: image.data[1]! };
  },
};
