/** Loss of Hamiltonian beyond which a trajectory has left the level set it should follow. */
export const DIVERGENT = 1000;
