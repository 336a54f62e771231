// The other ways in, loaded when somebody uses one: camera, picture, PDF file, samples. What is found goes the way of
// everything that is typed in; nothing here is believed, followed or fetched because a code says so.
//
// What this needs of the page is given to it, so that there is one copy of the texts.

import { pixels, scan } from "./camera.js";
import { LARGEST, LINK, RECORD, certificateIn, isSheet, kindOf } from "./files.js";
import { Reader } from "./reading.js";

/** Longest side of a picture that is looked at, in pixels. */
const SIDE = 2800;

export class Ways {
  #page;
  #reader;
  #bulk;

  /** `page` is what the page lends. */
  constructor(page) {
    this.#page = page;
    this.#reader = new Reader(page.scriptUrl);
    document.head.append(page.element("link", { rel: "stylesheet", href: "/assets/ways.css" }));
  }

  /** The camera, in the page. */
  async scan() {
    const place = this.#page.byId("camera");
    if (!place.hidden) return;
    this.#page.quiet();
    place.hidden = false;
    let entry;
    await scan(this.#page, this.#reader, place, {
      found: (texts) => {
        const told = this.#choose(texts);
        entry = told.entry;
        return told.foreign;
      },
      another: () => this.choose(),
      closed: () => {
        place.hidden = true;
        if (entry !== undefined) this.#page.checkEntry(entry);
        else this.#page.byId("scan").focus();
      },
    });
  }

  /** A file out of the device's own. */
  choose() {
    this.#page.byId("file").click();
  }

  /** Many certificates at once; `use` is given the part of the page that does it. */
  async many(use) {
    try {
      this.#bulk ??= new (await import("./bulk.js")).Bulk(this.#page);
    } catch {
      this.#page.say("page.messages.offline");
      return;
    }
    this.#bulk.open();
    await use?.(this.#bulk);
  }

  /** Files that somebody chose, dropped or pasted; folders that somebody dropped. */
  async take(files, folders = []) {
    const { say } = this.#page;
    const [file] = files;
    if (folders.length > 0 || files.length > 1 || (file && isSheet(file))) {
      await this.many((bulk) => bulk.take(files.filter(({ name }) => !folders.some((folder) => folder.name === name)), folders));
      return;
    }
    if (!file) return;
    say("ways.reading", { name: file.name });
    const head = new Uint8Array(await file.slice(0, 1024).arrayBuffer());
    const kind = kindOf(file, head);
    if (file.size > LARGEST[kind]) {
      say("ways.messages.tooLarge", { limit: LARGEST[kind] / 1024 / 1024 });
      return;
    }
    if (kind === "text") this.#text(await file.text());
    else if (kind === "pdf") await this.#pdf(file);
    else await this.#picture(file);
  }

  async #picture(file) {
    let bitmap;
    try {
      bitmap = await createImageBitmap(file);
    } catch {
      this.#page.say("ways.messages.notReadable");
      return;
    }
    const picture = pixels(document.createElement("canvas"), bitmap, bitmap.width, bitmap.height, SIDE);
    bitmap.close();
    this.#answered(await this.#reader.ask({ picture }, [picture.rgba]), "noCode");
  }

  async #pdf(file) {
    const bytes = await file.arrayBuffer();
    this.#answered(await this.#reader.ask({ pdf: bytes }, [bytes]), "nothingInPdf");
  }

  #text(content) {
    const entry = content.trim();
    if (entry.startsWith("{") || LINK.test(entry) || RECORD.test(entry)) this.#go(() => this.#page.checkEntry(entry));
    else this.#page.say("ways.messages.notReadable");
  }

  #answered({ refused, attached, texts = [] }, nothing) {
    if (refused) {
      this.#page.say(`ways.messages.${refused}`);
      return;
    }
    if (attached) {
      const own = certificateIn(attached);
      if (own) this.#go(() => this.#page.check(own));
      else this.#page.say("ways.messages.nothingInPdf");
      return;
    }
    if (texts.length === 0) {
      this.#page.say(`ways.messages.${nothing}`);
      return;
    }
    const { entry, foreign } = this.#choose(texts);
    if (entry === undefined) this.#page.sayText(foreign);
    else this.#go(() => this.#page.checkEntry(entry));
  }

  #go(check) {
    this.#page.quiet();
    check();
  }

  /** Of the texts of a picture the one that is ours, else what to say about the others. */
  #choose(texts) {
    const { text } = this.#page;
    const entry = texts.find((found) => LINK.test(found)) ?? texts.find((found) => RECORD.test(found));
    if (entry !== undefined) return { entry };
    const host = texts.map(hostOf).find(Boolean);
    return { foreign: host ? text("ways.messages.foreignCode", { host }) : text("ways.messages.otherCode") };
  }

  /** What the card says, as a file to keep beside the certificate. */
  save(report, { word, sentence, host, link }) {
    const { element, text, instant } = this.#page;
    const { number = "", holder } = report.genuine.answer === "yes" ? report.credential : {};
    const line = (label, value) => value && `${text(`ways.statement.${label}`)}${value}`;
    const lines = [
      text("ways.statement.title"), "", `${word}`, sentence, "",
      report.test && text("page.demonstration"), line("number", number), line("holder", holder?.name),
      line("asOf", report.statusAsOf && `${instant(report.statusAsOf)} ${text("page.clock")}`),
      line("checked", `${instant(report.checkedAt)} ${text("page.clock")}`),
      line("host", host), line("again", link), "", text("ways.statement.note"), "", JSON.stringify(report, null, 2), "",
    ];
    const content = lines.filter((part) => part !== undefined && part !== false && part !== "undefined").join("\n");
    const address = URL.createObjectURL(new Blob([content], { type: "text/plain;charset=utf-8" }));
    const day = report.checkedAt.slice(0, 10);
    element("a", { href: address, download: `touchstone-${number || "check"}-${day}.txt` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  /** The samples that this registry offers, as buttons; none where it offers none. */
  async samples() {
    const { byId, button, text } = this.#page;
    let samples;
    try {
      const response = await fetch("/assets/samples.json", { credentials: "omit", cache: "no-cache" });
      const answer = await response.text();
      if (!response.ok) return;
      ({ samples } = JSON.parse(answer));
    } catch {
      return;
    }
    if (!Array.isArray(samples)) return;
    const known = samples.filter(({ kind, document }) => text(`ways.samples.${kind}`) !== "" && typeof document === "string").slice(0, 12);
    if (known.length === 0) return;
    const place = byId("samples");
    const write = () => {
      place.querySelector("h3").textContent = text("ways.samples.title");
      place.querySelector("p").replaceChildren(...known.map(({ kind, document }) => {
        const made = button(text(`ways.samples.${kind}`), () => this.#go(() => this.#page.check({ document, offline: kind === "offline" })));
        made.dataset.sample = kind;
        return made;
      }));
    };
    write();
    this.#page.onLanguage(write);
    place.hidden = false;
  }
}

/** The host that a code leads to, spelt as the network has it. */
function hostOf(found) {
  try {
    const url = new URL(found);
    return /^https?:$/.test(url.protocol) ? url.host : undefined;
  } catch {
    return undefined;
  }
}
