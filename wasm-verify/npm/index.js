// Touchstone's verifier as a package: documents and facts in, a Report out. It fetches nothing by itself: `check` asks
// the `fetch` it is handed, `openVerifier` the URL it is handed, and nothing else goes over a network.

import { check } from "./check.js";
import { requestOf } from "./request.js";
import * as bindings from "./verifier.js";

/** Where the module lies beside this script, for those who want it fetched from there. */
export const moduleUrl = new URL("./verifier.wasm", import.meta.url);

/** What was asked is no request: `message` names the place and the reason. */
export class RequestError extends Error {
  name = "RequestError";
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One module a thread, whoever opens it first. */
let opened;

/** Opens the verifier from its module: bytes, a compiled `WebAssembly.Module`, a `Response`, a `URL`, or a promise of one. */
export async function openVerifier(module) {
  if (module === undefined) throw new TypeError("openVerifier needs its module: bytes, a WebAssembly.Module, a Response, or moduleUrl");
  opened ??= bindings.default({ module_or_path: module });
  try {
    await opened;
  } catch (error) {
    opened = undefined;
    throw error;
  }
  return new Verifier();
}

class Verifier {
  /** The Report on a whole request. */
  verify(request) {
    return ask("verify", request);
  }

  /** What could still be fetched for a request. */
  needs(request) {
    return ask("needs", request);
  }

  /** The signed document that a request's link or digits stand for. */
  document(request) {
    return ask("document", request);
  }

  /** Fetches what is needed by the given `fetch`, and verifies. */
  check(document, options) {
    return check(this, document, options);
  }
}

function ask(door, request) {
  let answer;
  try {
    answer = bindings[door](encoder.encode(JSON.stringify(request)));
  } catch (error) {
    // A trap: nothing is built on what it leaves behind.
    opened = undefined;
    throw error;
  }
  const value = JSON.parse(decoder.decode(answer));
  if (value.error !== undefined) throw new RequestError(value.detail);
  return value;
}

export { requestOf };
