/** A document for figures drawn where there is no page. */

import { parseHTML } from "linkedom";

export const newDocument = (): Document => parseHTML("<!doctype html><html><body></body></html>").document;
