// Which functions a first look runs: `node used.mjs FOLDER LOOKS` prints 1 or 0 for each function of the module.
//
// FOLDER holds verifier.js and a verifier_bg.wasm that notes what runs (`xtask-bindgen count`), LOOKS the lines that
// tests/tests/same_report/first_look/record.rs writes.

import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, looks] = process.argv.slice(2);
// These are ES modules whatever a package.json above them says.
const load = (path) => import(`data:text/javascript;base64,${readFileSync(path).toString("base64")}`);
const verifier = await load(join(folder, "verifier.js"));
const { requestOf } = await load(new URL("../../../wasm-verify/web/request.js", import.meta.url));
const module = await verifier.default({ module_or_path: readFileSync(join(folder, "verifier_bg.wasm")) });

/** JSON merge patch (RFC 7396). */
function merged(target, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const made = { ...target };
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) delete made[name];
    else made[name] = merged(made[name], change);
  }
  return made;
}

let base;
for (const line of readFileSync(looks, "utf8").trimEnd().split("\n").map(JSON.parse)) {
  if (line.base) {
    base = line.base;
    continue;
  }
  const { document, facts = {}, ...told } = merged(base, line.patch);
  const { receipt, events, seen, statusLists = [], trustList } = facts;
  const ask = (door, known) => {
    const request = requestOf({ document, receipt, events }, known, { ...told, seen });
    verifier[door](Buffer.from(JSON.stringify(request)));
  };
  // What the page asks on its way to a verdict: what to fetch, with what is remembered, and with what was fetched.
  ask("needs", { trustList, statusLists: [] });
  for (const known of [{ trustList, statusLists }, { trustList, statusLists, logTiles: [] }]) {
    for (const door of ["needs", "verify", "document"]) ask(door, known);
  }
}
const notes = new Uint8Array(module.memory.buffer, module.notes.value, module.functions.value);
console.log(Array.from(notes, (ran) => (ran ? "1" : "0")).join(""));
