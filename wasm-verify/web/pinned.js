// Modules fetched by their SHA-256: bytes are run only if they are those of this build, whoever answered (a cache, a
// service worker, a registry with another build).

/** A module did not come. `replaced` tells that the registry has another build by now. */
export class PartMissing extends Error {
  constructor(message, { replaced = false } = {}) {
    super(message);
    this.replaced = replaced;
  }
}

/** The bytes of `/assets/<name>.<digest>.wasm`. */
export async function fetchPinned(name, digest) {
  const response = await fetch(`/assets/${name}.${digest}.wasm`, { integrity: `sha256-${base64(digest)}`, credentials: "omit" });
  if (!response.ok) throw new PartMissing(`${name}: ${response.status}`, { replaced: response.status === 404 });
  const bytes = await response.arrayBuffer();
  // What a service worker answers, not every browser compares with `integrity`. Without TLS there is no `subtle`.
  const found = await crypto.subtle?.digest("SHA-256", bytes);
  if (found && hex(found) !== digest) throw new PartMissing(`${name}: another build`);
  return bytes;
}

const base64 = (digest) => btoa(digest.replace(/../g, (octet) => String.fromCharCode(Number.parseInt(octet, 16))));
const hex = (bytes) => Array.from(new Uint8Array(bytes), (octet) => octet.toString(16).padStart(2, "0")).join("");
