// Which functions a first look runs: `node used.mjs FOLDER REQUESTS` prints 1 or 0 for each function of the module.
//
// FOLDER holds verifier.js and a verifier_bg.wasm that notes what runs (`xtask-bindgen count`), REQUESTS a request a line.

import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, requests] = process.argv.slice(2);
const bindings = readFileSync(join(folder, "verifier.js")).toString("base64");
const verifier = await import(`data:text/javascript;base64,${bindings}`);
const module = await verifier.default({ module_or_path: readFileSync(join(folder, "verifier_bg.wasm")) });
for (const line of readFileSync(requests, "utf8").trimEnd().split("\n")) {
  const request = Buffer.from(JSON.stringify(JSON.parse(line).request));
  for (const door of ["needs", "verify", "document"]) verifier[door](request);
}
const notes = new Uint8Array(module.memory.buffer, module.notes.value, module.functions.value);
console.log(Array.from(notes, (ran) => (ran ? "1" : "0")).join(""));
