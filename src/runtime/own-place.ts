/** This thread as a place for graphs. */

import type { EngineName } from "./choose.js";
import { choosingPlace } from "./choosing-place.js";
import { type HeldBy, ownHost } from "./own-host.js";
import type { Place } from "./place.js";

export const ownPlace = (asked: EngineName): Place<HeldBy> => choosingPlace("here", ownHost(), asked);
