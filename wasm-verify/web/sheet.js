// What a genuine certificate says, to be compared with the paper at hand; and how it was checked.

import { button, byId, element } from "./dom.js";
import { day, instant, isChinese, text } from "./texts.js";

const clock = (timestamp) => `${instant(timestamp)} ${text("page.clock")}`;
/** Text of the certificate itself is Chinese whatever the page's language. */
const signed = (value, name = "span", attributes = {}) => element(name, { lang: "zh-CN", ...attributes }, value);
const english = (value, name = "span") => value && element(name, { lang: "en", class: "also" }, value);

/** Fills or empties the sheet. Only a genuine document has one: nothing else of it would be a fact. */
export function showSheet(report, source, { carried, mismatch } = {}) {
  const sheet = byId("sheet");
  const credential = report?.genuine.answer === "yes" ? report.credential : undefined;
  sheet.hidden = !credential;
  sheet.replaceChildren(...(credential ? [
    heading(credential), holder(credential), grade(credential), facts(credential), compare(credential, mismatch), body(credential), details(report, source, carried),
  ] : []));
}

function heading(credential) {
  return element("header", { class: "heading" },
    signed(credential.heading, "p", { class: "title" }),
    signed(credential.subheading, "p", { class: "subtitle" }),
    element("p", { class: "number", translate: "no" }, element("span", { class: "label" }, text("page.number")), " ", credential.number));
}

function holder({ holder, assessedUnit }) {
  const names = isChinese() || !holder.nameEn
    ? [signed(holder.name, "h2", { id: "holder" }), english(holder.nameEn, "p")]
    : [element("h2", { id: "holder", lang: "en" }, holder.nameEn), signed(holder.name, "p", { class: "also" })];
  return element("div", { class: "holder" }, names, assessedUnit && unit(assessedUnit));
}

/** That the certificate covers a part of the organisation alone. */
export function coverage({ name, nameEn }) {
  return text("page.unit", { unit: isChinese() || !nameEn ? name : nameEn });
}

function unit(assessed) {
  return element("p", { class: "unit", "data-assessed-unit": assessed.kind }, coverage(assessed));
}

function grade({ grade }) {
  const own = isChinese() ? null : element("p", { class: "also" }, text(`page.levels.${grade.level}.meaning`));
  return element("div", { class: "grade", "data-level": grade.level },
    element("p", { class: "level" },
      signed(grade.name, "strong"), " ",
      element("span", { class: "stars", role: "img", "aria-label": text("page.starsLabel", { level: grade.level }) }, grade.stars)),
    element("p", { class: "stage" }, signed(grade.stage), isChinese() ? null : [" · ", text(`page.levels.${grade.level}.name`)]),
    signed(grade.definition, "p", { class: "definition" }), own);
}

function row(label, ...values) {
  return [element("dt", {}, text(`page.fields.${label}`)), element("dd", {}, values)];
}

function facts(credential) {
  const { surveillance, sites, industry } = credential;
  return element("dl", { class: "facts-list" },
    row("validity", element("b", {}, text("page.fromTo", { from: day(credential.validFrom), until: day(credential.validUntil) })),
      credential.firstIssued !== credential.validFrom && element("p", { class: "also" }, text("page.firstIssued", { date: day(credential.firstIssued) })),
      credential.transcribed && element("p", { class: "also" }, text("page.transcribed", { date: day(credential.transcribed) }))),
    row("scope", signed(credential.scope, "p"), english(credential.scopeEn, "p")),
    row("standards", credential.standards.map((standard) => element("p", {}, element("b", { translate: "no" }, standard.number), " ", signed(standard.title)))),
    row("surveillance", text("page.surveillance", {
      months: surveillance.intervalMonths, date: day(surveillance.firstDue), days: surveillance.graceDays,
    })),
    row("sites", element("ol", { class: "sites" }, sites.map((site) => element("li", {}, signed(site.name), element("p", { class: "also" }, signed(site.address)))))),
    row("address", signed(credential.holder.address, "p"), english(credential.holder.addressEn, "p")),
    row("uscc", element("span", { translate: "no", class: "code" }, credential.holder.uscc)),
    row("industry", signed(industry.name), element("span", { class: "also code" }, ` ${industry.code} · ${industry.edition}`)),
    row("rule", element("span", { translate: "no" }, credential.rule), signed(credential.ruleStatement, "p", { class: "also" })),
    credential.confidence && row("confidence", signed(credential.confidence)),
    row("report", element("span", { translate: "no", class: "code" }, credential.reportNumber)),
    row("signatory", signed(credential.signatory)),
    credential.predecessor && row("predecessor", element("span", { translate: "no", class: "code" }, credential.predecessor)));
}

/** A copied QR code verifies for anybody: only a person can tell whether this is the certificate in hand. */
function compare({ number }, mismatch) {
  const place = element("div", { class: "mismatch" }, button(text("page.mismatch"), () => mismatch(place)));
  const points = ["number", "holder", "grade", "scope"];
  return element("aside", { class: "compare", "aria-labelledby": "compare-title" },
    element("h3", { id: "compare-title" }, text("page.compareTitle")),
    element("p", {}, text("page.compareHint")),
    element("ul", {}, points.map((point) => element("li", {}, element("label", {}, element("input", { type: "checkbox" }), " ", text(`page.compare.${point}`))))),
    element("p", { class: "fine" }, text("page.compareElse")),
    place,
    element("p", { class: "fine" }, text("page.second", { number })));
}

function body({ issuer }) {
  const names = isChinese() ? [signed(issuer.name, "p", { class: "name" }), english(issuer.nameEn, "p")]
    : [element("p", { class: "name", lang: "en" }, issuer.nameEn), signed(issuer.name, "p", { class: "also" })];
  return element("section", { class: "body" },
    element("h3", {}, text("page.fields.body")), names,
    issuer.authorisations?.map((claim) => signed(claim, "p", { class: "also" })),
    element("p", { class: "also" }, signed(issuer.address), " · ", element("span", { translate: "no" }, issuer.telephone), " · ", element("span", { translate: "no" }, issuer.url)));
}

function details({ credential, evidence = {}, ...report }, source, carried) {
  const lines = [
    ["number", `${credential.number} · ${text("page.version", { version: credential.version })}`],
    ["id", credential.id], ["digest", evidence.digest], ["key", evidence.verificationMethod],
    ["created", evidence.created && clock(evidence.created)], ["root", evidence.rootFingerprint],
    ["trustList", evidence.trustListSequence], ["log", evidence.logIndex ?? text("page.logUnchecked")],
    ["recorded", evidence.recorded && clock(evidence.recorded)],
    ["statusUntil", report.statusUntil && clock(report.statusUntil)],
    ["reportDigest", credential.reportDigest],
  ];
  const raw = (label, content) => element("details", { "data-raw": label }, element("summary", {}, text(`page.${label}`)),
    element("pre", { translate: "no", tabindex: "0" }, content), copier(content));
  return element("details", { class: "technical" },
    element("summary", {}, text("page.details")),
    element("dl", {}, lines.filter(([, value]) => value !== undefined && value !== null)
      .map(([label, value]) => [element("dt", {}, text(`page.technical.${label}`)), element("dd", { translate: "no", class: "code" }, String(value))])),
    raw("rawReport", JSON.stringify({ ...report, credential, evidence }, null, 2)),
    raw("rawDocument", source),
    carried && raw("rawCredential", carried));
}

/** Copies a text, where this browser lets a page do so; it can be selected everywhere. */
function copier(content) {
  const copy = navigator.clipboard && button(text("page.copy"), async () => {
    try {
      await navigator.clipboard.writeText(content);
      copy.textContent = text("page.copied");
    } catch {
      // Not allowed here: the text stands there to be selected.
    }
  });
  return copy;
}
