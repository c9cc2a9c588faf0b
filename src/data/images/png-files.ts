import { decode } from "fast-png";
import { InputError } from "../../util/errors.js";
import type { ImageShape } from "../../util/tensor.js";
import type { Folder, ImageFormat } from "./images.js";

const PNG = /\.png$/i;

/** What a PNG says of itself in its first bytes. */
interface Described {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Pixels of an image that is read, at most. */
const MOST = 2 ** 22;

/** PNG files, in folders by their class or without classes. */
export const pngFiles: ImageFormat = {
  name: "png",
  about: "PNG files of one size, grey or in colour; in folders, each is a class.",
  files: false,
  holds: (names) => names.some((name) => PNG.test(name)),
  read(folder) {
    const names = folder.names.filter((name) => PNG.test(name));
    const [first, ...rest] = names.map((name) => describe(folder, name)) as [Described, ...Described[]];
    const other = rest.findIndex(
      ({ width, height, channels }) => width !== first.width || height !== first.height || channels !== first.channels,
    );
    if (other >= 0) {
      const show = ({ width, height, channels }: Described) => `${width} × ${height} of ${channels} channels`;
      throw new InputError(
        `${folder.source}: ${names[0]} is ${show(first)} and ${names[other + 1]} ${show(rest[other]!)}; images of one size are expected, scale or convert the others`,
      );
    }
    const shape: ImageShape = [first.channels, first.height, first.width];
    const pixels = first.height * first.width;
    const levels = new Uint8Array(names.length * shape[0] * pixels);
    for (const [i, name] of names.entries()) levels.set(planes(folder, name, shape), i * shape[0] * pixels);
    const within = names.every((name) => name.includes("/"));
    return {
      source: folder.source,
      shape,
      levels,
      names,
      ...(within ? { labels: names.map((name) => name.slice(0, name.lastIndexOf("/"))) } : {}),
    };
  },
};

/** Channels by the colour types of PNG: grey, colour, palette, grey and colour with opacity, which is left out. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 1, 6: 3 };

function describe({ source, read }: Folder, name: string): Described {
  const bytes = read(name);
  const where = `${source}/${name}`;
  if (bytes.length < 33 || bytes[0] !== 0x89 || bytes[1] !== 0x50)
    throw new InputError(`${where} is no PNG file, or cut off; write it again`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height, channels] = [view.getUint32(16), view.getUint32(20), CHANNELS[bytes[25]!]];
  if (channels === undefined)
    throw new InputError(`${where} is a PNG of colour type ${bytes[25]}, which there is not; it is damaged`);
  if (width * height === 0 || width * height > MOST)
    throw new InputError(`${where} says it is ${width} × ${height}; images of up to ${MOST} pixels are read`);
  return { width, height, channels };
}

/** The channels of an image one after the other, 8 bits each. */
function planes({ source, read }: Folder, name: string, [channels, height, width]: ImageShape): Uint8Array {
  let png: ReturnType<typeof decode>;
  try {
    png = decode(read(name));
  } catch {
    throw new InputError(`${source}/${name} cannot be decoded: it is cut off or damaged; write it again`);
  }
  const { data, depth, palette, channels: stored } = png;
  if (depth !== 8 && depth !== 16)
    throw new InputError(`${source}/${name} has ${depth} bits a channel; write it with 8`);
  const out = new Uint8Array(channels * height * width);
  for (let at = 0; at < height * width; at++)
    for (let k = 0; k < channels; k++) {
      const level = palette ? palette[data[at]!]![k]! : data[at * stored + k]!;
      out[k * height * width + at] = depth === 16 ? level >>> 8 : level;
    }
  return out;
}
