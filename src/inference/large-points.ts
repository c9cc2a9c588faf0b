import { type Shape, sizeOf } from "../util/tensor.js";

/** Numbers of a point from which on it is an image and no row of a table: one costs as much as hundreds of those. */
const MANY = 100;

/** Whether points are so large that what is done with thousands of others is done with some hundreds of them. */
export const areLarge = (event: Shape): boolean => sizeOf(event) > MANY;
