// Many certificates at once: lists of numbers against the register's signed snapshot, files with the whole verification.
// Neither list nor file leaves the device; what is asked of the registry is the same for everybody.

import { LARGEST, LINK, certificateIn, isSheet, kindOf } from "./files.js";
import { Reader } from "./reading.js";
import { Results } from "./results.js";
import { filesIn } from "./folders.js";

/** Most files of one run. */
const MOST_FILES = 2_000;
/** Most rows of one run. */
const MOST_ROWS = 10_000;
/** Certificates put to the verifier at a time, between which it is told how far this is. */
const AT_A_TIME = 16;
/** Milliseconds after which a question to the worker is given up: a snapshot of a million certificates takes seconds. */
const LIMIT = 120_000;

/** Somebody stopped it. */
class Stopped extends Error {}

export class Bulk {
  #page;
  #place;
  #work;
  #results;
  /** The run that is going on. */
  #run;
  /** The message that stands here, to be said again in another language. */
  #saying;

  /** `page` is what the page lends. */
  constructor(page) {
    this.#page = page;
    this.#place = page.byId("bulk");
    document.head.append(page.element("link", { rel: "stylesheet", href: "/assets/bulk.css" }));
    this.#results = new Results(page);
    page.onLanguage(() => {
      if (!this.#place.hidden && !this.#run) this.#write();
    });
  }

  /** Shows this part in place of the box. */
  open() {
    const { byId, quiet } = this.#page;
    if (!this.#place.hidden) return;
    quiet();
    for (const other of ["another", "result", "lookup"]) byId(other).hidden = true;
    this.#place.hidden = false;
    this.#write();
    this.#place.querySelector("h1").focus();
  }

  #close() {
    const { byId } = this.#page;
    this.#run?.stop();
    this.#place.hidden = true;
    byId("another").hidden = false;
    byId("many").focus();
  }

  #write() {
    const { element, button, text } = this.#page;
    const input = (attributes) => {
      const made = element("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true", ...attributes });
      made.addEventListener("change", () => this.take(Array.from(made.files)));
      return made;
    };
    const files = input({ id: "bulk-files", accept: ".csv,.xlsx,.pdf,.json,text/csv,application/pdf,application/json,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" });
    const folder = input({ id: "bulk-folder", webkitdirectory: true });
    this.#work = element("div", { id: "bulk-work", role: "status" });
    this.#place.replaceChildren(
      element("h1", { id: "bulk-title", tabindex: "-1" }, text("bulk.title")),
      element("p", {}, text("bulk.hint")),
      element("p", { class: "row wide" },
        button(text("bulk.files"), () => files.click(), "primary"),
        "webkitdirectory" in folder && button(text("bulk.folder"), () => folder.click()),
        button(text("bulk.back"), () => this.#close())),
      files, folder,
      element("p", { class: "fine" }, text("bulk.privacy")),
      this.#work, this.#results.element());
    if (this.#saying) this.#say(this.#saying);
  }

  /** Checks files, and those of dropped folders. */
  async take(given, folders = []) {
    if (this.#run) return;
    const started = performance.now();
    const run = new Run(this.#page);
    this.#run = run;
    this.#saying = undefined;
    this.#results.clear();
    try {
      this.#progress(run, "bulk.looking", {});
      const files = [...given, ...await filesIn(folders, MOST_FILES + 1)];
      if (files.length > MOST_FILES) throw new Error("tooManyFiles");
      const found = await this.#check(run, files);
      this.#work.replaceChildren();
      this.#results.show({ ...found, milliseconds: performance.now() - started, memory: run.memory });
    } catch (error) {
      const name = error instanceof Stopped ? "stopped" : error.message;
      this.#say(name);
    } finally {
      run.stop();
      this.#run = undefined;
    }
  }

  async #check(run, files) {
    const sheets = files.filter(isSheet);
    const others = files.filter((file) => !isSheet(file));
    this.#progress(run, "bulk.fetching", {});
    const register = await this.#page.register();
    if (!register) throw new Error("notLoaded");
    const snapshot = await register.newest();
    const { policy, memory } = this.#page;
    const facts = { trustList: memory.trustList, snapshot: snapshot.document };
    const opened = await run.ask({ facts: JSON.parse(JSON.stringify(facts)), policy, seen: memory.told });
    if (opened.refused) throw new Error("notLoaded");
    const rows = [];
    let about;
    for (const sheet of sheets) {
      this.#progress(run, "bulk.reading", { name: sheet.name });
      rows.push(...await this.#rowsOf(run, sheet, sheets.length > 1));
    }
    if (rows.length > MOST_ROWS) throw new Error("tooMuch");
    const numbers = rows.filter(({ kind }) => kind === "number");
    if (numbers.length > 0 && snapshot.document === undefined) throw new Error(snapshot.notices.includes("offline") ? "noSnapshotOffline" : "noSnapshot");
    if (numbers.length > 0) {
      this.#progress(run, "bulk.comparing", { count: numbers.length });
      const { answer, refused } = await run.ask({ numbers: numbers.map(({ asked }) => asked), now: this.#page.now() });
      const lookup = answer?.snapshot?.lookup;
      if (refused || !lookup) throw new Error(refused ?? "noSnapshot");
      about = lookup;
      for (const [place, { shown }] of lookup.rows.entries()) Object.assign(numbers[place], ofSnapshot(shown, lookup));
    }
    const certificates = await this.#read(run, others, rows);
    await this.#verify(run, certificates);
    if (rows.length === 0) throw new Error("nothing");
    return { rows, lookup: about, notices: snapshot.notices };
  }

  /** What the rows of a sheet name. */
  async #rowsOf(run, sheet, several) {
    if (sheet.size > LARGEST.sheet) throw new Error("tooMuch");
    const bytes = await sheet.arrayBuffer();
    const { rows, refused } = await run.ask({ sheet: bytes }, [bytes]);
    if (refused) throw new Error(refused);
    return rows.map(({ place, kind, text }) => ({
      place: several ? `${sheet.name} ${place}` : String(place), order: place, asked: text, kind, outcome: kind === "number" ? "notHere" : kind, tone: "unsure",
    }));
  }

  /** The certificates in files; what holds none is a row all the same. */
  async #read(run, files, rows) {
    const certificates = [];
    for (const [place, file] of files.entries()) {
      this.#progress(run, "bulk.readingFiles", { name: file.name }, place, 2 * files.length);
      const row = { place: file.webkitRelativePath || file.name, order: place, asked: "", kind: "file", outcome: "noCertificate", tone: "unsure" };
      rows.push(row);
      const found = await run.certificate(file);
      if (found.refused) row.outcome = found.refused;
      else certificates.push({ ...found, row });
    }
    return certificates;
  }

  async #verify(run, certificates) {
    const { now, word } = this.#page;
    for (let start = 0; start < certificates.length; start += AT_A_TIME) {
      this.#progress(run, "bulk.verifying", { done: start, count: certificates.length }, certificates.length + start, 2 * certificates.length);
      const some = certificates.slice(start, start + AT_A_TIME);
      const documents = some.map(({ document, receipt }) => ({ document, ...(receipt && { receipt }) }));
      const { answer, refused } = await run.ask({ documents, now: now() });
      if (refused) throw new Error(refused);
      for (const [place, report] of answer.reports.entries()) Object.assign(some[place].row, ofReport(report, word));
    }
  }

  /** How far it is, and a way to stop it. */
  #progress(run, name, facts, done, all) {
    const { element, button, text } = this.#page;
    if (run.stopped) throw new Stopped();
    const label = text(name, facts);
    if (run.label) {
      run.label.textContent = label;
    } else {
      run.label = element("p", { id: "bulk-label" }, label);
      run.bar = element("progress", { "aria-labelledby": "bulk-label" });
      this.#work.replaceChildren(run.label, run.bar, button(text("bulk.stop"), () => run.stop()));
    }
    if (all) {
      run.bar.max = all;
      run.bar.value = done;
    }
  }

  #say(name) {
    const { element, text } = this.#page;
    this.#saying = name;
    const said = text(`bulk.messages.${name}`, { files: MOST_FILES, rows: MOST_ROWS }) || text("bulk.messages.failed");
    this.#work.replaceChildren(element("p", { class: "message", "data-message": name }, said));
  }
}

/** One run: the workers, and whether somebody stopped it. */
class Run {
  stopped = false;
  memory = 0;
  #checker;
  #reader;

  constructor({ scriptUrl }) {
    this.#checker = new Reader(scriptUrl, "/assets/bulk-worker.js", LIMIT);
    this.#reader = new Reader(scriptUrl);
  }

  async ask(question, transfer) {
    if (this.stopped) throw new Stopped();
    const answer = await Promise.race([this.#checker.ask(question, transfer), this.#end]);
    if (this.stopped) throw new Stopped();
    this.memory = Math.max(this.memory, answer.memory ?? 0);
    return answer;
  }

  /** The certificate in a file: what a PDF file or JSON carries, or a link. */
  async certificate(file) {
    const kind = kindOf(file, new Uint8Array(await file.slice(0, 1024).arrayBuffer()));
    if (kind === "picture") return { refused: "notAFile" };
    if (file.size > LARGEST[kind]) return { refused: "tooMuch" };
    if (kind === "text") {
      const document = (await file.text()).trim();
      return document.startsWith("{") || LINK.test(document) ? { document } : { refused: "noCertificate" };
    }
    const bytes = await file.arrayBuffer();
    const { refused, attached, texts = [] } = await Promise.race([this.#reader.ask({ pdf: bytes }, [bytes]), this.#end]);
    if (refused) return { refused };
    const link = texts.find((found) => LINK.test(found));
    return (attached && certificateIn(attached)) ?? (link ? { document: link } : { refused: "noCertificate" });
  }

  #over;
  #end = new Promise((resolve) => {
    this.#over = () => resolve({ refused: "stopped" });
  });

  stop() {
    this.stopped = true;
    this.#over();
    this.#checker.close();
    this.#reader.close();
  }
}

const GOOD = ["valid", "overdueInGrace"];
const UNSURE = ["surveillanceOverdue", "notYetValid"];

/** A row by the register's state of a number. */
function ofSnapshot(shown, { test }) {
  if (!shown) return { outcome: "notHere", tone: "unsure" };
  const { number, version, state, validUntil, nextDue } = shown;
  const good = test ? "demonstration" : "good";
  return { number, version, outcome: state, state, validUntil, nextDue, tone: GOOD.includes(state) ? good : UNSURE.includes(state) ? "unsure" : "bad" };
}

/** A row by the whole verification of a certificate. */
function ofReport(report, word) {
  const { headline, state, test, credential } = report.genuine.answer === "yes" ? report : { ...report, credential: undefined };
  const tone = { inForce: test ? "demonstration" : "good", couldNotTell: "unsure" }[headline] ?? "bad";
  return {
    outcome: headline, word: () => word(report), state: headline === "notInForce" ? state : headline, tone,
    asked: credential?.number ?? "", number: credential?.number, version: credential?.version, holder: credential?.holder.name,
    validUntil: credential?.validUntil,
  };
}
