// The verify page: a scanned link, a document or a number → this device's own verdict.
//
// The pin: all trust follows from the scheme owner's key in /assets/policy.json. The registry that is being checked
// serves that file together with this page, so a visitor trusts the page's host for both. Whoever wants to depend on less
// uses `touchstone-verify`, or the package, with a pin of their own.

import { byId, element } from "./dom.js";
import { carries, registrysAnswer, withoutAdditions } from "./entry.js";
import { FetchError, fetchText, fetchTile, Memory } from "./facts.js";
import { fetchFirst, fetchRest } from "./module.js";
import { RestMissing, Verifier } from "./parts.js";
import { checkedOf, requestOf } from "./request.js";
import { showSheet } from "./sheet.js";
import { preferredLanguage, setLanguage, text } from "./texts.js";
import { needForm, showIncomplete, showPending, showVerdict, verdictActions } from "./verdict.js";

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

const request = (checked, facts) => requestOf(checked, facts, { policy, seen: memory.told, now: `${new Date().toISOString().slice(0, 19)}Z` });

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
async function checkTwice(next, mine) {
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
  const notices = await refresh(next, facts);
  const report = await present(next, facts, { final: true, notices }, mine);
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

async function present(checked, facts, { final, notices }, mine) {
  const report = await call(verifier.verify, request(checked, facts));
  const json = report.credential && await carried(checked, facts);
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
  showVerdict(report, {
    final,
    notices: own.map(({ name, parameters }) => text(`page.notices.${name}`, parameters)),
    actions: final ? verdictActions(report, { again: () => recheck(subject), another: showBox, withRecord: subject.receipt ? null : () => checkWithRecord(report.credential) }) : [],
    needForm: final && report.credential ? needForm(subject.need, (need) => recheck({ ...subject, need }, "[data-question=coversNeed] summary")) : null,
    link: subject.document.startsWith("{") ? report.credential?.id : subject.document,
  });
  showSheet(report, subject.document, carried);
  // A damaged code is still a paper with a number on it.
  if (final && !report.credential && !subject.document.startsWith("{")) showLookup("lookupDamaged");
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
  byId("message").replaceChildren(text(`page.messages.${name}`, parameters));
  byId("message").hidden = false;
}

function hideMessage() {
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
  else {
    byId("box-error").textContent = text("page.messages.notReadable");
    byId("box-error").hidden = false;
  }
}

/** What the address asks for: a scanned link's fragment, or `?check=` with a number; else the box. */
async function checkAddress() {
  const asked = new URLSearchParams(location.search).get("check");
  if (carries(location.hash)) await check({ document: withoutAdditions(location.href) });
  else if (asked) await checkEntry(asked.trim());
  else {
    byId("another").hidden = false;
    showLookup("lookupAlso");
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

function listen() {
  document.querySelector(".skip").addEventListener("click", (event) => {
    // Followed as a link it would take the certificate out of the address.
    event.preventDefault();
    byId("main").focus();
  });
  for (const choice of document.querySelectorAll("[data-language]")) {
    choice.addEventListener("click", async () => {
      try {
        await setLanguage(choice.dataset.language, { remember: true });
      } catch {
        showMessage("offline");
        return;
      }
      hideMessage();
      if (shown) draw();
    });
  }
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
  byId("pin").replaceChildren(text("page.pin"), " ", element("span", { class: "code", translate: "no" }, policy.ownerKey));
  byId("pin").hidden = false;
  listen();
  await attempt(checkAddress);
  // Whatever is checked here later may be checked without network.
  await complete();
  if (memory.trustList === undefined) memory.offer(await fetchText("/trust.json"));
}

// Without the texts the page stays as it was served: the form and its advice.
start().catch(() => {});
