// The verify page: a scanned link, a document or a number → this device's own verdict.
//
// The pin: all trust follows from the scheme owner's key in /assets/policy.json. The registry that is being checked
// serves that file together with this page, so a visitor trusts the page's host for both. Whoever wants to depend on less
// uses `touchstone-verify`, or the package, with a pin of their own.

import { button, byId, element, icon } from "./dom.js";
import { carries, registrysAnswer, withoutAdditions } from "./entry.js";
import { FetchError, fetchText, fetchTile, Memory } from "./facts.js";
import { BUILD, fetchFirst, fetchRest } from "./module.js";
import { needIn, needTold } from "./need.js";
import { RestMissing, Verifier } from "./parts.js";
import { checkedOf, requestOf } from "./request.js";
import { showSheet } from "./sheet.js";
import { day, instant, isChinese, loadLater, preferredLanguage, setLanguage, text } from "./texts.js";
import { needForm, sentence, showIncomplete, showPending, showVerdict, verdictActions, word } from "./verdict.js";

/** Milliseconds that a verdict without network waits for the snapshot kept. */
const SPARE_LIMIT = 6_000;
/** What no later snapshot takes back. */
const ENDED = ["withdrawn", "cancelled", "superseded"];
/** Milliseconds after which the verifier's rest is asked for again while somebody waits for it. */
const RETRIES = [2_000, 8_000, 30_000];

/** The verifier, once its first part is loaded. */
let verifier;
let policy;
/** What this device knows from earlier visits. */
let memory;
/** What is being checked: `{ document, receipt?, events?, need?, notices }`. */
let subject = null;
/** What stands on the page, to be written again in another language: a report, or `missing`, the rest's failure. */
let shown = null;
/** What the certificate must cover, as the address asks: a tender links to this page so. */
let asked = null;
/** The message that stands on the page, to be said again in another language. */
let saying = null;
/** What is told of a paper that does not match, once somebody does. */
let mismatch;
/** What is written again in another language, besides the card. */
const written = [];
/** Grows with every check, so that a slow answer to an earlier one is dropped. */
let turn = 0;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What was entered cannot even be put to the verifier: too large, or not text. */
class NotARequest extends Error {}

async function call(operation, request) {
  const answer = JSON.parse(decoder.decode(await operation(encoder.encode(JSON.stringify(request)))));
  if (answer.error) throw new NotARequest(answer.detail);
  return answer;
}

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds, undefined); });
const now = () => `${new Date().toISOString().slice(0, 19)}Z`;
const request = (checked, facts) => requestOf(checked, facts, { policy, seen: memory.told, now: now() });

/** Checks, and never leaves the page blank: whatever goes wrong, a way on is shown. */
async function check(next) {
  const mine = ++turn;
  try {
    await checkTwice(next, mine);
  } catch (error) {
    if (mine !== turn) return;
    if (error instanceof RestMissing) {
      shown = { missing: error };
      draw();
      awaitRest(mine, RETRIES);
      return;
    }
    byId("result").hidden = true;
    if (error instanceof NotARequest) {
      byId("another").hidden = false;
      showMessage("notReadable");
    } else showLookup("lookupNoVerifier");
  }
  // In good time for whatever is checked next, perhaps without network.
  await complete();
  await loadLater().catch(() => {});
}

/** Fetches the verifier's rest; a check that waits for it goes on by itself. Gives whether it is there. */
async function complete() {
  try {
    await verifier.complete();
  } catch {
    return false;
  }
  if (shown?.missing) await check(subject);
  return true;
}

/** Asks for the rest again, later and later, while the check of that turn waits for it. */
function awaitRest(mine, [delay, ...later]) {
  if (delay === undefined) return;
  setTimeout(async () => {
    if (mine === turn && !await complete()) awaitRest(mine, later);
  }, delay);
}

/** First with what this device holds, then with what the registry says now. */
async function checkTwice(asking, mine) {
  const next = { need: asked, ...asking };
  subject = next;
  hideMessage();
  byId("result").hidden = false;
  byId("lookup").hidden = true;
  byId("another").hidden = true;
  shown = null;
  showSheet(null);
  showPending(next.need);
  const facts = { trustList: memory.trustList, statusLists: [] };
  if (facts.trustList !== undefined) {
    const wanted = await wantedLists(next, facts);
    facts.statusLists = wanted.map((url) => memory.statusLists[url]).filter(Boolean);
    await present(next, facts, { final: false, notices: [] }, mine);
  }
  const notices = next.offline ? [{ name: "offline" }] : await refresh(next, facts);
  // Where the newest is not to be had, the snapshot that this device keeps may say what lists do not.
  const spare = notices.length > 0 && !next.offline && Promise.race([register({ silent: true }).then((known) => known?.kept()), pause(SPARE_LIMIT)]);
  const report = await present(next, facts, { final: true, notices, spare }, mine);
  if (mine === turn) memory.learn(report, facts);
}

/** URLs of the status lists this certificate stands in; none before it is known to be genuine. */
async function wantedLists(checked, facts) {
  return (await call(verifier.needs, request(checked, { ...facts, statusLists: [] }))).statusLists;
}

/** Replaces `facts` by newer ones where the registry has them; gives the sentences to show about it. */
async function refresh(checked, facts) {
  const notices = [];
  const note = (name, parameters) => {
    if (!notices.some((notice) => notice.name === name)) notices.push({ name, parameters });
  };
  const newer = async (url, choose, keep) => {
    try {
      const { document, rolledBack } = choose(await fetchText(url));
      keep(document);
      if (rolledBack) note("rolledBack");
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      note(error.kind === "offline" ? "offline" : "registryFailed");
    }
  };
  await newer("/trust.json", (document) => memory.newerTrustList(document), (document) => {
    facts.trustList = document;
  });
  const wanted = await wantedLists(checked, facts);
  const elsewhere = wanted.find((url) => new URL(url).origin !== location.origin);
  if (elsewhere) {
    note("elsewhere", { host: new URL(elsewhere).host });
    return notices;
  }
  const lists = await Promise.all(wanted.map(async (url) => {
    let list = memory.statusLists[url];
    await newer(url, (document) => memory.newerStatusList(url, document), (document) => {
      list = document;
    });
    return list;
  }));
  facts.statusLists = lists.filter(Boolean);
  // Of a key that was retired: what shows that it signed before. These addresses name no certificate either.
  const tiles = (await call(verifier.needs, request(checked, facts))).logTiles ?? [];
  if (tiles.every((url) => new URL(url).origin === location.origin)) {
    const fetched = await Promise.allSettled(tiles.map(fetchTile));
    facts.logTiles = fetched.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
    if (facts.logTiles.length < tiles.length) note("registryFailed");
  }
  return notices;
}

/** The signed document that a link or its digits stand for, as JSON text; undefined where it is that already. */
async function carried(checked, facts) {
  if (checked.document.trimStart().startsWith("{")) return undefined;
  const json = decoder.decode(await verifier.document(encoder.encode(JSON.stringify(request(checked, facts)))));
  return JSON.stringify(JSON.parse(json), null, 2);
}

/** Whether the report gives a reason of which the texts at hand say nothing. */
function isWordless(report) {
  const reasons = [report.genuine, report.authorised, report.inForce, report.coversNeed].flatMap((answer) => answer?.reasons ?? []);
  return reasons.some(({ code }) => text(`reasons.${code}.title`) === "");
}

/** The Report, by the lists at hand; by the snapshot kept where that says more, or of a later time. */
async function judged(checked, facts, spare) {
  const report = await call(verifier.verify, request(checked, facts));
  const snapshot = report.genuine.answer === "yes" && (await spare)?.text;
  if (!snapshot) return report;
  const lists = report.inForce.answer === "couldNotTell" ? facts.statusLists : [];
  const other = await call(verifier.verify, request(checked, { ...facts, statusLists: lists, snapshot }));
  const later = other.statusAsOf && other.inForce.answer !== "couldNotTell" && !(other.statusAsOf <= report.statusAsOf);
  return later && !ENDED.includes(report.state) ? other : report;
}

async function present(checked, facts, { final, notices, spare }, mine) {
  const report = await judged(checked, facts, spare);
  const json = report.credential && await carried(checked, facts);
  // Without network the codes stand for themselves.
  if (isWordless(report)) await loadLater().catch(() => {});
  // A slow answer, and something else is being checked by now.
  if (mine !== turn) return report;
  shown = { report, final, notices, carried: json };
  draw();
  return report;
}

function draw() {
  if (shown.missing) {
    // The page of a build that the registry no longer has is of no use.
    const again = () => (shown?.missing?.cause?.replaced ? location.reload() : recheck(subject));
    showIncomplete({ again, another: showBox });
    return;
  }
  const { report, final, notices, carried } = shown;
  const own = [...notices];
  if (subject.asked && report.credential && report.credential.number !== subject.asked) own.push({ name: "otherNumber", parameters: { asked: subject.asked } });
  const host = otherHost(subject.document);
  if (host) own.push({ name: "otherHost", parameters: { host } });
  const said = own.map(({ name, parameters }) => text(`page.notices.${name}`, parameters));
  const link = subject.document.startsWith("{") ? report.credential?.id : subject.document;
  const save = () => way((ways) => ways.save(report, { word: word(report), sentence: sentence(report, said), host: location.host, link }));
  showVerdict(report, {
    final,
    notices: said,
    actions: final ? verdictActions(report, { again: () => recheck(subject), another: showBox, save, withRecord: subject.receipt ? null : () => checkWithRecord(report.credential) }) : [],
    needForm: final && report.credential ? needForm(subject.need, (need) => recheck({ ...subject, need }, "[data-question=coversNeed] summary")) : null,
    link,
  });
  showSheet(report, subject.document, { carried, mismatch: (place) => differ((mismatch) => mismatch.open(place, report)) });
  mismatch?.resume(document.querySelector(".mismatch"), report);
  // A damaged code is still a paper with a number on it.
  if (final && !report.credential && !subject.document.startsWith("{")) showLookup("lookupDamaged");
}

/** The host that a link leads to, where that is not this page's. */
function otherHost(document) {
  try {
    const { host, protocol } = new URL(document);
    return /^https?:$/.test(protocol) && host !== location.host ? host : undefined;
  } catch {
    return undefined;
  }
}

function showLookup(reason) {
  byId("lookup").hidden = false;
  byId("lookup-english").hidden = true;
  byId("lookup-reason").dataset.text = reason;
  byId("lookup-reason").textContent = text(`page.${reason}`);
}

function showBox() {
  byId("another").hidden = false;
  byId("document").value = "";
  byId("document").focus();
}

function showMessage(name, parameters) {
  say(`page.messages.${name}`, parameters);
}

function say(path, parameters) {
  sayText(text(path, parameters));
  saying = () => text(path, parameters);
}

/** What is said in one language only. */
function sayText(said) {
  saying = null;
  byId("message").replaceChildren(said);
  byId("message").hidden = false;
}

/** What scripts that are loaded later need of this page: so there is one copy of it. */
const lent = () => ({
    byId, element, button, icon, text, day, instant, isChinese, word, scriptUrl, check, checkEntry, say, sayText, register,
  policy, memory, verifier, fetchText, fetchTile, FetchError, build: BUILD, now,
  ask: (question) => call(verifier.register, { policy, now: now(), ...question }),
  quiet: hideMessage,
  onLanguage: (write) => written.push(write),
});

/** A script that is not needed for a first verdict, once it and its words are here; a message where they do not come. */
async function later(script, use, { silent = false } = {}) {
  let loaded;
  try {
    [loaded] = await Promise.all([import(script), loadLater()]);
  } catch {
    if (!silent) showMessage("offline");
    return undefined;
  }
  return use(loaded);
}

/** Tells the body of a paper that does not match. */
const differ = (use) => later("./mismatch.js", async ({ Mismatch }) => use(mismatch ??= new Mismatch(lent())));

/** The other ways in, once somebody uses one. */
let ways;
const way = (use, told) => later("./ways.js", async ({ Ways }) => {
  ways ??= new Ways(lent());
  await use(ways);
}, told);

/** What is kept of the register, once that is needed. */
let kept;
const register = (told) => later("./register.js", ({ Register }) => {
  kept ??= new Register(lent());
  return kept;
}, told);

/** Keeps this build of the page for times without network, where the browser does that; the rest of the visit waits for nothing. */
async function keep() {
  try {
    await navigator.serviceWorker?.register(scriptUrl("/assets/offline-worker.js"), { scope: "/" });
  } catch {
    // Not in this browser, or not over plain HTTP: with network everything works all the same.
  }
}

/** Addresses that scripts may be loaded from: workers of this page, and nothing else. */
const workers = ["/assets/reader-worker.js", "/assets/bulk-worker.js", "/assets/offline-worker.js"];
const trusted = globalThis.trustedTypes?.createPolicy("touchstone", {
  createScriptURL: (url) => (workers.includes(url) ? url : ""),
});
const scriptUrl = (url) => trusted?.createScriptURL(url) ?? url;

function hideMessage() {
  saying = null;
  byId("message").hidden = true;
}

/** Checks again by a button of the card, which is written anew: whoever goes by keyboard stands where they were. */
async function recheck(next, place = "#word") {
  await check(next);
  document.querySelector(place)?.focus({ preventScroll: true });
}

/** The same certificate with its record, for which the registry must be told which one it is. */
async function checkWithRecord({ number, version }) {
  try {
    const record = JSON.parse(await fetchText(`/certificates/${encodeURIComponent(number)}?version=${version}`));
    await recheck({ ...subject, ...checkedOf(record), document: subject.document });
  } catch (error) {
    showMessage(error instanceof FetchError && error.kind === "offline" ? "offline" : "registryFailed");
  }
}

/** A certificate number → the registry's record, whose documents are then checked here like any other. */
async function checkNumber(asked) {
  hideMessage();
  // A record's receipt and events take the verifier whole: its rest comes while the record does.
  verifier.complete().catch(() => {});
  let checked;
  try {
    checked = checkedOf(JSON.parse(await fetchText(`/certificates/${encodeURIComponent(asked)}`)));
  } catch (error) {
    const kind = error instanceof FetchError ? error.kind : "refused";
    showMessage({ offline: "offline", absent: "numberAbsent", refused: "registryFailed" }[kind], { number: asked });
    return;
  }
  await check({ asked, ...checked });
}

/** What somebody put into the box. */
async function checkEntry(entry) {
  const answer = registrysAnswer(entry);
  if (answer?.record) {
    await check(checkedOf(answer.record));
    return;
  }
  if (answer?.statement) {
    showMessage("statement");
    return;
  }
  const record = /^https?:\/\/[^/]+\/certificates\/([^/?#]+)/i.exec(entry);
  if (record && new URL(entry).origin !== location.origin) showMessage("elsewhere", { host: new URL(entry).host });
  else if (record) await checkNumber(decodeURIComponent(record[1]));
  else if (entry.startsWith("{") || /^https?:\/\//i.test(entry) || /^\d{41,}$/.test(entry)) await check({ document: withoutAdditions(entry) });
  else if (/^[A-Za-z0-9-]{6,40}$/.test(entry)) await checkNumber(entry.toUpperCase());
  else if (byId("another").hidden) showMessage("notReadable");
  else {
    byId("box-error").textContent = text("page.messages.notReadable");
    byId("box-error").hidden = false;
  }
}

/** What the address asks for: a scanned link's fragment, or `?check=` with a number; else the box. */
async function checkAddress() {
  const parameters = new URLSearchParams(location.search);
  const number = parameters.get("check");
  asked = needIn(parameters);
  if (carries(location.hash)) await check({ document: withoutAdditions(location.href) });
  else if (number) await checkEntry(number.trim());
  else {
    byId("another").hidden = false;
    showAsked();
    showLookup("lookupAlso");
    await way((ways) => ways.samples(), { silent: true });
  }
}

/** Does what somebody asked for; what cannot be read at all is told. */
async function attempt(task) {
  try {
    await task();
  } catch {
    byId("another").hidden = false;
    showMessage("notReadable");
  }
}

/** What the address asks of certificates, told before one is there. */
function showAsked() {
  byId("asked").hidden = !asked;
  if (asked) byId("asked").textContent = text("page.needAsked", { need: needTold(asked) });
}

function listenToLanguages() {
  for (const choice of document.querySelectorAll("[data-language]")) {
    choice.addEventListener("click", async () => {
      try {
        await setLanguage(choice.dataset.language, { remember: true });
      } catch {
        sayText(text("page.messages.offline"));
        return;
      }
      if (saying) byId("message").replaceChildren(saying());
      else hideMessage();
      if (shown) draw();
      showAsked();
      for (const write of written) write();
    });
  }
}

function listen() {
  document.querySelector(".skip").addEventListener("click", (event) => {
    // Followed as a link it would take the certificate out of the address.
    event.preventDefault();
    byId("main").focus();
  });
  byId("scan").addEventListener("click", () => way((ways) => ways.scan()));
  byId("many").addEventListener("click", () => way((ways) => ways.many()));
  byId("choose").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", ({ target }) => {
    take(Array.from(target.files));
    target.value = "";
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    // Folders are known only while the event lasts.
    const folders = Array.from(event.dataTransfer.items, (item) => item.webkitGetAsEntry?.()).filter((entry) => entry?.isDirectory);
    take(Array.from(event.dataTransfer.files), event.dataTransfer.getData("text/plain"), folders);
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData.files.length > 0) event.preventDefault();
    if (event.target.matches?.("input, textarea") && event.clipboardData.files.length === 0) return;
    take(Array.from(event.clipboardData.files), event.clipboardData.getData("text/plain"));
  });
  byId("box").addEventListener("submit", async (event) => {
    event.preventDefault();
    byId("box-error").hidden = true;
    await attempt(() => checkEntry(byId("document").value.trim()));
    byId("word").focus({ preventScroll: true });
    byId("result").scrollIntoView({ block: "start" });
  });
  addEventListener("hashchange", () => {
    if (carries(location.hash)) attempt(checkAddress);
  });
  addEventListener("online", complete);
}

/** What was chosen, dropped or pasted: a file, else a text. */
function take(files, entry = "", folders = []) {
  if (files.length > 0) way((ways) => ways.take(files, folders));
  else if (entry.trim() !== "") attempt(() => checkEntry(entry.trim()));
}

function showHost() {
  byId("host-name").textContent = location.host;
  byId("host").hidden = false;
  byId("languages").hidden = false;
}

/** The pin, in the form of one. */
async function pinOf(response) {
  const pinned = response.ok && await response.json();
  if (!/^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/.test(pinned?.ownerKey)) throw new Error("policy.json holds no pin");
  return pinned;
}

async function start() {
  // Everything at once: on a phone the road to the server is what takes time.
  const loading = Promise.all([
    import("./verifier.js"),
    fetchFirst(),
    fetch("/assets/policy.json").then(pinOf),
  ]);
  loading.catch(() => {});
  await setLanguage(preferredLanguage());
  showHost();
  listenToLanguages();
  try {
    const [bindings, first, pinned] = await loading;
    verifier = await Verifier.open(bindings, first, fetchRest);
    policy = pinned;
    memory = new Memory(policy.ownerKey);
  } catch {
    byId("another").hidden = true;
    showLookup("lookupNoVerifier");
    return;
  }
  const showPin = () => {
    const code = (value) => element("span", { class: "code", translate: "no" }, value);
    byId("pin").replaceChildren(text("page.pin"), " ", code(policy.ownerKey), element("br"), text("page.build"), " ", code(BUILD[0]));
  };
  showPin();
  written.push(showPin);
  byId("pin").hidden = false;
  listen();
  await attempt(checkAddress);
  // Whatever is checked here later may be checked without network.
  await complete();
  await keep();
  const known = await register({ silent: true });
  await known?.refresh();
  written.push(() => known?.show());
}

// Without the texts the page stays as it was served: the form and its advice.
start().catch(() => {});
