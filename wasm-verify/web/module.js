// The two parts of the verifier's module as files. Each is named by its SHA-256, which this script holds: bytes are run
// only if they are those of this build, whoever answered (a cache, a service worker, a registry with another build).

// Written by `cargo xtask wasm`.
import { FIRST, REST } from "./digests.js";

/** A part did not come. `replaced` tells that the registry has another build by now. */
export class PartMissing extends Error {
  constructor(message, { replaced = false } = {}) {
    super(message);
    this.replaced = replaced;
  }
}

export const fetchFirst = () => fetchPart("first", FIRST);
export const fetchRest = () => fetchPart("rest", REST);

async function fetchPart(name, digest) {
  const response = await fetch(`/assets/verifier-${name}.${digest}.wasm`, { integrity: `sha256-${base64(digest)}`, credentials: "omit" });
  if (!response.ok) throw new PartMissing(`${name}: ${response.status}`, { replaced: response.status === 404 });
  const bytes = await response.arrayBuffer();
  // What a service worker answers, not every browser compares with `integrity`. Without TLS there is no `subtle`.
  const found = await crypto.subtle?.digest("SHA-256", bytes);
  if (found && hex(found) !== digest) throw new PartMissing(`${name}: another build`);
  return bytes;
}

const base64 = (digest) => btoa(digest.replace(/../g, (octet) => String.fromCharCode(Number.parseInt(octet, 16))));
const hex = (bytes) => Array.from(new Uint8Array(bytes), (octet) => octet.toString(16).padStart(2, "0")).join("");
