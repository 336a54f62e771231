// Pictures and PDF files are read here, beside the page: it stays alive whatever somebody gives it, and ends this worker
// when that takes too long. Nothing leaves the device.
//
// A question is `{ picture: { rgba, width, height, glance? } }` or `{ pdf: bytes }`; the answer `{ texts }`,
// `{ attached: [text] }`, `{ refused: code }`.

import * as readers from "./readers.js";
import { fetchPinned } from "./pinned.js";
// Written by `cargo xtask wasm`.
import { DIGEST } from "./readers-digest.js";

/** Longest attached file that may be a certificate, in bytes: the verifier reads no longer one. */
const LONGEST = 256 * 1024;
const MOST_ATTACHED = 16;
/** Longest side of a photo in a PDF file, in pixels. */
const SIDE = 2400;

const ready = fetchPinned("readers", DIGEST).then((bytes) => readers.default({ module_or_path: bytes }));
ready.catch(() => {});

onmessage = async ({ data }) => {
  try {
    await ready;
  } catch {
    postMessage({ refused: "notLoaded" });
    return;
  }
  try {
    postMessage(data.pdf ? await pdf(new Uint8Array(data.pdf)) : picture(data.picture));
  } catch (error) {
    // A code of the readers, or a trap: nothing is built on what that leaves behind.
    if (typeof error === "string") postMessage({ refused: error });
    else throw error;
  }
};

const picture = ({ rgba, width, height, glance }) => ({ texts: readers.textsOf(new Uint8Array(rgba), width, height, glance) });

async function pdf(bytes) {
  const file = readers.PdfFile.open(bytes);
  const attached = [];
  for (let place = 0; place < MOST_ATTACHED; place += 1) {
    const content = file.attachment(place);
    if (content === undefined) break;
    if (content.length <= LONGEST) attached.push(new TextDecoder().decode(content));
  }
  // What is attached is what was signed; only without it are the pages looked at, whatever else is attached.
  const documents = attached.filter((text) => text.trimStart().startsWith("{"));
  if (documents.some((text) => text.includes('"credentialSubject"'))) return { attached: documents };
  const texts = [];
  while (texts.length === 0 && file.nextPicture()) {
    const jpeg = file.jpeg();
    texts.push(...(jpeg ? await photo(jpeg) : file.texts()));
  }
  return { texts };
}

/** The texts in a JPEG file, where this browser reads those in a worker. */
async function photo(bytes) {
  if (typeof OffscreenCanvas === "undefined") return [];
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  } catch {
    // Damaged, or of a kind that this browser does not know: the next picture may be better.
    return [];
  }
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((length) => Math.max(1, Math.round(length * scale)));
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0, width, height);
  return readers.textsOf(new Uint8Array(canvas.getImageData(0, 0, width, height).data.buffer), width, height);
}
