// In Node the module may be read from the package's own folder.

import { readFile } from "node:fs/promises";
import { moduleUrl, openVerifier as open } from "./index.js";

export { moduleUrl, requestOf, RequestError } from "./index.js";

export async function openVerifier(module = readFile(moduleUrl)) {
  return open(await module);
}
