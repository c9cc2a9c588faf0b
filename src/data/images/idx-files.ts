import { decodeIdx, idxHeader } from "../../formats/idx.js";
import { InputError } from "../../util/errors.js";
import { showShape } from "../../util/tensor.js";
import type { Folder, ImageFormat, Part } from "./images.js";

const IMAGES = /^(?:(train|t10k)-)?images[-.]idx3-ubyte(?:\.gz)?$/;

const NAMES: Readonly<Record<Part, string>> = { train: "train", test: "t10k" };

/** MNIST and what is shaped like it: Fashion-MNIST, KMNIST, EMNIST. */
export const idxFiles: ImageFormat = {
  name: "idx",
  about:
    "MNIST, Fashion-MNIST and the like: train-images-idx3-ubyte and train-labels-idx1-ubyte, t10k for test, also with .gz.",
  cite: "LeCun, Cortes & Burges (1998), The MNIST database; Xiao, Rasul & Vollgraf (2017), Fashion-MNIST",
  files: true,
  holds: (names) => names.some((name) => IMAGES.test(name)),
  parts: (names) =>
    names.some((name) => IMAGES.test(name) && name.startsWith("images"))
      ? ["train", "test"]
      : (["train", "test"] as const).filter((part) =>
          names.some((name) => IMAGES.test(name) && name.startsWith(NAMES[part])),
        ),
  read(folder, part) {
    const { source, names } = folder;
    const all = names.filter((name) => IMAGES.test(name));
    const name = all.find((one) => one.startsWith(NAMES[part])) ?? all.find((one) => one.startsWith("images"));
    if (name === undefined)
      throw new InputError(
        `${source} has ${all.join(", ")}, and no ${NAMES[part]}-images-idx3-ubyte: its ${part} part is missing`,
      );
    const images = read(folder, name, 3, "images (n, height, width)");
    const [n, height, width] = images.shape as [number, number, number];
    const labelled = name.replace("images", "labels").replace("idx3", "idx1");
    const packed = labelled.endsWith(".gz") ? labelled.slice(0, -3) : `${labelled}.gz`;
    const found = [labelled, packed].find((one) => names.includes(one));
    if (found === undefined) return { source: `${source}/${name}`, shape: [1, height, width], levels: images.data };
    const labels = read(folder, found, 1, "labels (n)");
    if (labels.shape[0] !== n)
      throw new InputError(
        `${source}: ${found} has ${labels.shape[0]} labels for the ${n} images of ${name}; they are of different sets`,
      );
    return {
      source: `${source}/${name}`,
      shape: [1, height, width],
      levels: images.data,
      labels: Array.from(labels.data, String),
    };
  },
};

function read(folder: Folder, name: string, sizes: number, expected: string) {
  const source = `${folder.source}/${name}`;
  const own = decodeIdx(
    folder.read(name, (head, whose) => idxHeader(head, whose).size),
    source,
  );
  if (own.shape.length !== sizes) throw new InputError(`${source} holds ${showShape(own.shape)}; expected ${expected}`);
  return own;
}
