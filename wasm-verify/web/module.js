// The two parts of the verifier's module as files.

// Written by `cargo xtask wasm`.
import { FIRST, REST } from "./digests.js";
import { fetchPinned } from "./pinned.js";

export const fetchFirst = () => fetchPinned("verifier-first", FIRST);
export const fetchRest = () => fetchPinned("verifier-rest", REST);
/** What this build of the verifier is known by, its first part before the other. */
export const BUILD = [FIRST, REST];
