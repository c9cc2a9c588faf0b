import type { Coordinates } from "../data/columns/coordinates.js";
import type { Extrapolation } from "../inference/extrapolation.js";
import type { FloatTensor } from "../util/tensor.js";

/** Conditions of rows by their columns, in the units of the data; values keep their digits. */
export const outsideInUnits = (
  { columns, kept }: Coordinates,
  { data }: FloatTensor,
  outside: readonly Extrapolation[] | undefined,
): { readonly outside?: readonly Extrapolation[] } =>
  outside
    ? {
        outside: outside.map(({ ranges, coordinates, ...rest }) => {
          const own = coordinates.map((c) => kept[c]!);
          return {
            ...{ ...rest, coordinates: own, values: own.map((j) => data[rest.row * columns.length + j]!) },
            ranges: ranges.map(([low, high], i) => {
              const { decode } = columns[own[i]!]!;
              return [decode(low), decode(high)] as const;
            }),
          };
        }),
      }
    : {};
