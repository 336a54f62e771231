// The page without network: this build of it, kept by the SHA-256 of each file.
//
// While there is network everything comes from there, so nobody is shown an old verifier; what is kept answers only where
// the network does not, or where something else than this registry answers (a hotel's portal). Answers about certificates
// are never kept here: the page remembers signed documents itself, and the verifier judges their age.

// Written by `cargo xtask wasm`.
import { ASSETS, BUILD } from "./offline-assets.js";

const CACHE = `touchstone.page.${BUILD}`;
const PAGE = "/v";
const POLICY = "/assets/policy.json";
const KEPT_AT = "/assets/kept-at";
/** Milliseconds until what is kept answers in place of a slow network. */
const PATIENCE = 5_000;
/** What is kept longer than this without a word from the registry waits for a network that is there, however slow. */
const LONGEST = 24 * 60 * 60 * 1000;

/** For each open page, whether it was answered from what is kept: then everything of it is, so that builds do not mix. */
const answered = new Map();

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (isPage(url)) event.respondWith(page(event));
  } else if (url.pathname in ASSETS || url.pathname === POLICY) event.respondWith(asset(event, url.pathname));
});

const isPage = (url) => ["/v", "/verify"].includes(url.pathname) && !url.searchParams.has("number");
const isOurs = (text) => text.includes('id="verdict"') && text.includes('src="/assets/page.js"');

/** Every file of this build, or none: a worker that could not keep all is not installed. */
async function keep() {
  const cache = await caches.open(CACHE);
  const files = Object.entries(ASSETS).map(async ([path, digest]) => {
    const response = await fetch(path, { cache: "no-cache", credentials: "omit", redirect: "error" });
    const bytes = response.ok && await pinned(response, digest);
    if (!bytes) throw new Error(`${path}: another build`);
    await cache.put(path, new Response(bytes, { headers: response.headers }));
  });
  const own = async (path, isGood) => {
    const response = await fetch(path, { cache: "no-cache", credentials: "omit", redirect: "error" });
    if (!response.ok || !isGood(await response.clone().text())) throw new Error(path);
    await cache.put(path, response);
  };
  await Promise.all([...files, own(PAGE, isOurs), own(POLICY, (text) => JSON.parse(text).ownerKey)]);
  await note(cache);
  await skipWaiting();
}

const note = (cache) => cache.put(KEPT_AT, new Response(String(Date.now())));

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith("touchstone.page.") && name !== CACHE) await caches.delete(name);
  }
  await clients.claim();
}

async function page(event) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(PAGE);
  const network = fetch(event.request);
  const found = await Promise.race([network.then(good, () => undefined), late()]);
  if (found) {
    const same = found.text === await kept?.clone().text();
    answered.set(event.resultingClientId, same ? "network" : "other");
    // Another build at the registry says nothing for the one kept here.
    if (same) event.waitUntil(note(cache));
    return found.response;
  }
  const at = Number(await (await cache.match(KEPT_AT))?.text());
  const isOld = !(Date.now() - at < LONGEST);
  if (!kept || (isOld && navigator.onLine)) {
    // Nor are its files answered from what is kept, however slow they come.
    answered.set(event.resultingClientId, "other");
    return network;
  }
  network.catch(() => {});
  answered.set(event.resultingClientId, "kept");
  return kept;
}

/** The network's answer, if it is the page. */
async function good(response) {
  if (!response.ok || response.redirected) return undefined;
  const text = await response.clone().text();
  return isOurs(text) ? { response, text } : undefined;
}

const late = () => new Promise((resolve) => { setTimeout(resolve, PATIENCE, undefined); });

async function asset(event, path) {
  const from = answered.get(event.clientId);
  const kept = async () => {
    const response = await (await caches.open(CACHE)).match(path);
    if (!response || path === POLICY) return response;
    const bytes = await pinned(response, ASSETS[path]);
    return bytes && new Response(bytes, { headers: response.headers });
  };
  // What is named by its digest is the same wherever it comes from.
  if (from === "kept" || path.includes(ASSETS[path])) {
    const found = await kept();
    if (found) return found;
  }
  const network = fetch(event.request);
  if (from === "other") return network;
  const response = await Promise.race([network.catch(() => undefined), late()]);
  if (response?.ok && !/text\/html/.test(response.headers.get("content-type"))) return response;
  return await kept() ?? network;
}

/** The bytes of an answer, if they have that SHA-256. */
async function pinned(response, digest) {
  const bytes = await response.arrayBuffer();
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(found, (octet) => octet.toString(16).padStart(2, "0")).join("");
  return hex === digest ? bytes : undefined;
}
