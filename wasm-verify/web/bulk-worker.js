// Many certificates are checked here, beside the page: a list's rows against a snapshot, files with the whole verification.
// Nothing leaves the device.
//
// A question is `{ facts, policy, seen }` (kept for those that follow), `{ sheet: bytes }`, `{ numbers, now }` or
// `{ documents: [{ document, receipt? }], now }`; the answer `{ rows }`, what the verifier answers about the register, or
// `{ refused: code }`. `memory` tells the bytes of the modules' memories.

import { fetchFirst, fetchRest } from "./module.js";
import { Verifier } from "./parts.js";
import { PartMissing, fetchPinned } from "./pinned.js";
// Written by `cargo xtask wasm`.
import { DIGEST } from "./sheets-digest.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
let verifier;
let sheets;
let sheetBytes = 0;
let given = {};

/** The verifier, whole: what snapshots say is in its rest. */
async function opened() {
  verifier ??= (async () => {
    const [bindings, first] = await Promise.all([import("./verifier.js"), fetchFirst()]);
    const made = await Verifier.open(bindings, first, fetchRest);
    await made.complete();
    return made;
  })();
  return verifier;
}

/** The reader of sheets, loaded when there is one. */
async function rowsOf(bytes) {
  sheets ??= (async () => {
    const [bindings, module] = await Promise.all([import("./sheets.js"), fetchPinned("sheets", DIGEST)]);
    const { memory } = await bindings.default({ module_or_path: module });
    return { bindings, memory };
  })();
  const { bindings, memory } = await sheets;
  const octets = new Uint8Array(bytes);
  const begins = (...marks) => marks.every((octet, place) => octets[place] === octet);
  // Workbooks of before 2007, and encrypted ones ([MS-CFB] §2.2).
  if (begins(0xd0, 0xcf, 0x11, 0xe0)) return { refused: "otherKind" };
  const rows = (begins(0x50, 0x4b) ? bindings.rowsOfWorkbook(octets) : bindings.rowsOfCsv(textOf(octets, begins))).map((row) => {
    const [place, kind, text] = row.split("\t");
    return { place: Number(place), kind, text };
  });
  sheetBytes = memory.buffer.byteLength;
  return { rows };
}

/** The text of a CSV file, as spreadsheets write it: by its byte order mark, else UTF-8 where it is that, else GB18030. */
function textOf(octets, begins) {
  const marked = begins(0xff, 0xfe) ? "utf-16le" : begins(0xfe, 0xff) && "utf-16be";
  for (const encoding of marked ? [marked] : ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(octets);
    } catch {
      // The next; of the last the file is no text.
    }
  }
  // As the reader of sheets throws its codes.
  throw "damaged";
}

async function ask(question) {
  const { facts, policy, seen } = given;
  const request = { ...question, policy, facts: { ...facts, ...(seen && { seen }) } };
  const answer = JSON.parse(decoder.decode(await (await opened()).register(encoder.encode(JSON.stringify(request)))));
  return answer.error ? { refused: answer.error } : { answer };
}

async function answer(question) {
  if (question.facts) {
    given = question;
    await opened();
    return {};
  }
  return question.sheet ? rowsOf(question.sheet) : ask(question);
}

onmessage = async ({ data }) => {
  try {
    const found = await answer(data);
    const memory = (await verifier)?.bytes ?? 0;
    postMessage({ ...found, memory: memory + sheetBytes });
  } catch (error) {
    // A code of the reader; a module that did not come; or a trap, on which nothing is built.
    if (typeof error === "string") postMessage({ refused: error });
    else if (error instanceof PartMissing || error instanceof TypeError || error?.cause) postMessage({ refused: "notLoaded" });
    else throw error;
  }
};
