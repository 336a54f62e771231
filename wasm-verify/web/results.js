// What came of a run over many certificates: counts, a table that can be sorted, what is different since the last run, and
// all of it as a file.

const LAST = "touchstone.bulk.1";
/** Rows shown at a time; the file has all. */
const SHOWN = 200;
/** The worst first. */
const TONES = ["bad", "unsure", "demonstration", "good"];
const ICONS = { bad: "no", unsure: "couldNotTell", demonstration: "yes", good: "yes" };
/** The verdict first: on a phone what stands behind the number is scrolled to. */
const COLUMNS = ["outcome", "asked", "place", "validUntil", "nextDue", "change"];

export class Results {
  #page;
  #place;
  #found;
  #sort = { column: "outcome", falling: false };
  #shown = SHOWN;

  /** `page` is what the page lends. */
  constructor(page) {
    this.#page = page;
  }

  /** Where they stand; written again in another language. */
  element() {
    this.#place = this.#page.element("div", { id: "bulk-results" });
    if (this.#found) this.#write();
    return this.#place;
  }

  clear() {
    this.#found = undefined;
    this.#place?.replaceChildren();
  }

  /** Shows a run's rows beside those of the run before, which they replace. */
  show(found) {
    const before = lastRun();
    for (const row of found.rows) row.change = changeOf(row, before);
    const here = new Set(found.rows.map(keyOf));
    const gone = before ? Object.keys(before.states).filter((key) => !here.has(key)) : [];
    this.#found = { ...found, before, gone };
    this.#shown = SHOWN;
    this.#found.isKept = keep(found.rows, found.lookup?.asOf ?? this.#page.now());
    this.#write();
    this.#place.querySelector("h2").focus();
  }

  #write() {
    const { element, button, text, instant } = this.#page;
    const { rows, lookup, notices, before, gone, isKept, milliseconds, memory } = this.#found;
    const clock = (time) => `${instant(time)} ${text("page.clock")}`;
    const say = (name, facts, attributes = {}) => element("p", attributes, text(`bulk.${name}`, facts));
    const changed = rows.filter(({ change }) => change?.kind === "changed").length;
    const codes = rows.filter(({ kind }) => kind === "code").length;
    this.#place.dataset.milliseconds = String(Math.round(milliseconds));
    this.#place.dataset.memory = String(memory);
    this.#place.replaceChildren(
      element("h2", { tabindex: "-1" }, text("bulk.done", { count: rows.length })),
      element("ul", { class: "counts" }, this.#counts()),
      ...(lookup ? [
        say("asOf", { at: clock(lookup.asOf) }, { class: "bulk-as-of", "data-as-of": lookup.asOf }),
        say("honest", {}, { class: "fine" }),
        !lookup.counts && say("outOfDate", { until: clock(lookup.validUntil) }, { class: "notice" }),
        lookup.test && element("p", { class: "fine" }, text("page.demonstration")),
      ] : [say("honestFiles", {}, { class: "fine" })]).filter(Boolean),
      ...notices.map((name) => element("p", { class: "notice" }, text(`page.notices.${name}`))),
      ...(codes > 0 ? [say("codes", { count: codes }, { class: "notice" })] : []),
      before ? say("since", { at: clock(before.at), changed, gone: gone.length }, { class: "bulk-since", "data-changed": changed, "data-gone": gone.length })
        : say("noLast", {}, { class: "fine" }),
      ...(gone.length > 0 ? [element("details", {}, element("summary", {}, text("bulk.gone", { count: gone.length })), element("p", { translate: "no", class: "code" }, gone.slice(0, 500).join(" ")))] : []),
      element("p", { class: "row wide" },
        button(text("bulk.export"), () => this.#export(), "primary"),
        button(text("bulk.forget"), (event) => {
          forget();
          event.target.disabled = true;
        })),
      ...(isKept ? [] : [say("notKept", {}, { class: "fine" })]),
      this.#table());
  }

  #counts() {
    const { element, icon } = this.#page;
    const counts = new Map();
    for (const row of this.#found.rows) {
      const label = this.#word(row);
      const known = counts.get(label) ?? { tone: row.tone, count: 0 };
      counts.set(label, { ...known, count: known.count + 1 });
    }
    const ordered = [...counts].sort(([, one], [, other]) => TONES.indexOf(one.tone) - TONES.indexOf(other.tone) || other.count - one.count);
    return ordered.map(([label, { tone, count }]) => element("li", { "data-tone": tone }, icon(ICONS[tone]), ` ${label} `, element("b", {}, String(count))));
  }

  /** What came of a row, in words. */
  #word({ word, outcome, tone, state }) {
    const { text } = this.#page;
    if (word) return word();
    if (tone === "demonstration" && state === "valid") return text("headlines.inForce.test");
    return text(`states.${outcome}`) || text(`bulk.outcomes.${outcome}`) || text(`ways.messages.${outcome}`) || text("bulk.outcomes.noCertificate");
  }

  #change({ change }) {
    const { text } = this.#page;
    if (!change) return "";
    const state = (code) => text(`states.${code}`) || text(`headlines.${code}.word`) || text(`bulk.outcomes.${code}`) || code;
    return text(`bulk.changes.${change.kind}`, { from: change.from && state(change.from) });
  }

  #table() {
    const { element, button, text } = this.#page;
    const rows = this.#sorted();
    const heads = COLUMNS.map((column) => {
      const sorted = this.#sort.column === column;
      const order = sorted ? (this.#sort.falling ? "descending" : "ascending") : undefined;
      const turn = button(text(`bulk.columns.${column}`), () => {
        this.#sort = { column, falling: sorted && !this.#sort.falling };
        this.#write();
        this.#place.querySelector(`[data-column="${column}"] button`).focus();
      }, "sort");
      return element("th", { scope: "col", "aria-sort": order, "data-column": column }, turn);
    });
    const table = element("table", {},
      element("caption", {}, text("bulk.caption", { shown: Math.min(this.#shown, rows.length), count: rows.length })),
      element("thead", {}, element("tr", {}, heads)),
      element("tbody", {}, rows.slice(0, this.#shown).map((row) => this.#row(row))));
    const more = rows.length > this.#shown && button(text("bulk.more"), () => {
      this.#shown += 5 * SHOWN;
      this.#write();
    });
    return element("div", {},
      element("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": text("bulk.caption", { shown: Math.min(this.#shown, rows.length), count: rows.length }) }, table), more);
  }

  #row(row) {
    const { element, icon } = this.#page;
    const cell = (...content) => element("td", {}, content);
    const day = (date) => element("td", { class: "day" }, date ?? "");
    return element("tr", { "data-tone": row.tone, "data-outcome": row.outcome },
      element("td", { class: "outcome" }, icon(ICONS[row.tone]), " ", this.#word(row)),
      cell(element("span", { translate: "no", class: "code" }, row.asked), row.holder && element("span", { class: "also", lang: "zh-CN" }, row.holder)),
      cell(element("span", { class: "place" }, row.place)),
      day(row.validUntil), day(row.nextDue), cell(this.#change(row)));
  }

  #sorted() {
    const { column, falling } = this.#sort;
    const key = {
      outcome: (row) => [TONES.indexOf(row.tone), this.#word(row), row.order],
      place: (row) => [row.kind === "file" ? 1 : 0, row.order, row.place],
      change: (row) => [row.change ? 0 : 1, this.#change(row), row.order],
    }[column] ?? ((row) => [row[column] ? 0 : 1, row[column] ?? "", row.order]);
    const compare = (one, other) => {
      for (const [place, value] of one.entries()) {
        if (value < other[place]) return -1;
        if (value > other[place]) return 1;
      }
      return 0;
    };
    const keyed = this.#found.rows.map((row) => ({ row, key: key(row) })).sort((one, other) => compare(one.key, other.key));
    return (falling ? keyed.reverse() : keyed).map(({ row }) => row);
  }

  /** Every row as CSV, in the order shown; the list and what came of it stay on this device until somebody sends the file. */
  #export() {
    const { element, text, now } = this.#page;
    const { lookup } = this.#found;
    const head = ["place", "asked", "outcome", "state", "number", "version", "holder", "validUntil", "nextDue", "change", "asOf"];
    const line = (row) => [
      row.place, row.asked, this.#word(row), row.state ?? row.outcome, row.number, row.version, row.holder, row.validUntil, row.nextDue,
      this.#change(row), row.kind === "number" ? lookup?.asOf : undefined,
    ];
    const lines = [head.map((column) => text(`bulk.columns.${column}`) || column), ...this.#sorted().map(line)];
    const content = `\uFEFF${lines.map((cells) => cells.map(safeCell).join(",")).join("\r\n")}\r\n`;
    const address = URL.createObjectURL(new Blob([content], { type: "text/csv;charset=utf-8" }));
    element("a", { href: address, download: `touchstone-bulk-${now().slice(0, 10)}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
}

/** A cell that spreadsheets show and do not run (OWASP "CSV injection"): as the office and the command line write them. */
export function safeCell(value) {
  const text = String(value ?? "");
  const shown = text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => `<U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}>`);
  const isFormula = /^\s*[=+\-@＝＋－＠]/.test(text) || /^[\t\r\n]/.test(text);
  const safe = isFormula ? `'${shown}` : shown;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** What a row is known by from run to run. */
const keyOf = ({ number, asked }) => number ?? asked.trim().toUpperCase();

function changeOf(row, before) {
  const key = keyOf(row);
  if (!before || key === "") return undefined;
  const state = row.state ?? row.outcome;
  const from = Object.hasOwn(before.states, key) ? before.states[key] : undefined;
  if (from === undefined) return { kind: "new" };
  return from === state ? undefined : { kind: "changed", from };
}

/** The last run, if it has the form of what this page stores. */
function lastRun() {
  try {
    const { at, states } = JSON.parse(localStorage.getItem(LAST));
    const whole = typeof at === "string" && !Number.isNaN(Date.parse(at)) && Object.values(states).every((state) => typeof state === "string");
    return whole ? { at, states } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a run on this device, to be compared with the next; whether there was room. */
function keep(rows, at) {
  const states = {};
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== "") states[key] = row.state ?? row.outcome;
  }
  try {
    localStorage.setItem(LAST, JSON.stringify({ at, states }));
    return true;
  } catch {
    return false;
  }
}

function forget() {
  try {
    localStorage.removeItem(LAST);
  } catch {
    // Storage is off: nothing was kept.
  }
}
