import { type Shape, sizeOf } from "../util/tensor.js";

/** Numbers of a point from which on it is likely an image, which costs as much as hundreds of rows of a table. */
const MANY = 60;

/** Whether points are so large that what is done with thousands of others is done with some hundreds of them. */
export const areLarge = (event: Shape): boolean => sizeOf(event) > MANY;

/**
 * The width in which energies of rows are told. That of images is single: convolutions of doubles take ten times as long,
 * and what single precision leaves of a thousand nats is below a thousandth of one.
 */
export const widthFor = (event: Shape): "float32" | "float64" => (areLarge(event) ? "float32" : "float64");
