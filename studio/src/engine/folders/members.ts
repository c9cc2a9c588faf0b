/** What a page asks of the folder of a run, each by the address of that. */

export { folderEnd, folderFacts, folderHealth } from "./facts.js";
export { folderRecords, folderStanding } from "./journal.js";
