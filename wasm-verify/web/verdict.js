// The verdict card: one word with colour, icon and sentence; as-of times; the four questions.

import { button, byId, element, icon } from "./dom.js";
import { coverage } from "./sheet.js";
import { instant, isChinese, text } from "./texts.js";

export const QUESTIONS = ["genuine", "authorised", "inForce", "coversNeed"];
/** Questions left open by an earlier one; that one is to be read. */
const NOT_JUDGED = new Set(["authorityNotJudged", "notJudged", "needNotJudged"]);
const STATE_ICONS = {
  suspended: "pause", withdrawn: "ban", cancelled: "ban", superseded: "newer", expired: "clock", notYetValid: "clock",
};

/** The card before anything is known: the four checks by name. */
export function showPending(asked) {
  const card = byId("verdict");
  delete card.dataset.headline;
  delete card.dataset.state;
  card.dataset.tone = "pending";
  card.setAttribute("aria-busy", "true");
  byId("seal").replaceChildren(icon("pending"));
  byId("word").textContent = text("page.pendingWord");
  byId("sentence").textContent = text("page.pendingSentence");
  byId("demonstration").hidden = true;
  byId("notices").replaceChildren();
  byId("whose").replaceChildren();
  byId("times").replaceChildren();
  byId("questions").replaceChildren(...QUESTIONS.map((name) => (
    name === "coversNeed" && !asked ? notAsked(null) : pendingQuestion(name)
  )));
  byId("actions").replaceChildren();
  byId("printed").replaceChildren();
}

function pendingQuestion(name) {
  return element("li", { "data-question": name, "data-answer": "pending" },
    element("p", { class: "line" }, icon("pending"), element("span", { class: "name" }, text(`questions.${name}`)),
      element("span", { class: "answer" }, text(`page.pending.${name}`))));
}

/**
 * The card of a report. `final` is false while status is still being fetched: what is known stands, the rest waits.
 * `notices` are sentences about this check (no network, an older list refused, …); `actions` are buttons and links; `link`
 * is where to check again from paper.
 */
export function showVerdict(report, { final, notices, actions, needForm, link }) {
  const card = byId("verdict");
  const waiting = !final && report.headline === "couldNotTell";
  card.dataset.tone = waiting ? "pending" : tone(report);
  if (!waiting) card.dataset.headline = report.headline;
  if (report.state && !waiting) card.dataset.state = report.state;
  else delete card.dataset.state;
  card.setAttribute("aria-busy", String(!final));
  byId("seal").replaceChildren(icon(waiting ? "pending" : seal(report)));
  byId("word").textContent = waiting ? text("page.pendingWord") : word(report);
  byId("sentence").textContent = waiting ? text("page.pendingStatus") : sentence(report, notices);
  byId("demonstration").hidden = !report.test;
  byId("demonstration").textContent = text("page.demonstration");
  // Said once: where nothing could be told, as the sentence under the word.
  const beside = report.headline === "couldNotTell" ? notices.slice(1) : notices;
  byId("notices").replaceChildren(...beside.map((notice) => element("p", { class: "notice" }, notice)));
  // What is known from an earlier visit stands with its own time until the registry has answered.
  if (!final && !waiting) byId("notices").append(element("p", { class: "notice updating" }, text("page.updating")));
  byId("whose").replaceChildren(...(report.credential && report.genuine.answer === "yes" ? whose(report.credential) : []));
  byId("times").replaceChildren(...times(report));
  byId("questions").replaceChildren(...QUESTIONS.map((name) => {
    if (name === "coversNeed") return report.coversNeed ? question(name, report.coversNeed, needForm) : notAsked(needForm);
    return waiting && name === "inForce" ? pendingQuestion(name) : question(name, report[name], null);
  }));
  byId("actions").replaceChildren(...actions);
  byId("printed").replaceChildren(...(link ? [text("page.printedLink"), " ", element("span", { class: "code", translate: "no" }, link)] : []));
}

/** The card when the check needs a part of the verifier that did not come: nothing is said about the certificate. */
export function showIncomplete({ again, another }) {
  const card = byId("verdict");
  card.dataset.headline = "couldNotTell";
  delete card.dataset.state;
  card.dataset.tone = "unsure";
  card.setAttribute("aria-busy", "false");
  byId("seal").replaceChildren(icon("couldNotTell"));
  byId("word").textContent = text("headlines.couldNotTell.word");
  byId("sentence").textContent = text("page.partMissing");
  byId("demonstration").hidden = true;
  for (const place of ["notices", "whose", "times", "questions", "printed"]) byId(place).replaceChildren();
  byId("actions").replaceChildren(button(text("page.again"), again, "primary"), button(text("page.tryAnother"), another));
}

function tone(report) {
  if (report.headline === "couldNotTell") return "unsure";
  if (report.headline !== "inForce") return "bad";
  return report.test ? "demonstration" : "good";
}

function seal(report) {
  if (report.headline === "couldNotTell") return "couldNotTell";
  if (report.headline === "inForce") return "yes";
  return (report.headline === "notInForce" && STATE_ICONS[report.state]) || "no";
}

/** The verdict in one word: of what is not in force, the state. */
export function word(report) {
  if (report.headline === "notInForce" && report.state) return text(`states.${report.state}`);
  return text(`headlines.${report.headline}.${report.test && report.headline === "inForce" ? "test" : "word"}`);
}

/** Why, in a sentence. */
export function sentence(report, notices) {
  // When the way to the registry failed, that is the reason; any other would read like a fault of the certificate.
  if (report.headline === "couldNotTell" && notices.length > 0) return notices[0];
  const deciding = { notGenuine: "genuine", notAuthorised: "authorised", notInForce: "inForce" }[report.headline]
    ?? QUESTIONS.slice(0, 3).find((name) => report[name].answer !== "yes");
  const first = report[deciding]?.reasons[0];
  if (first) return text(`reasons.${first.code}.cause`, first.facts);
  const warning = report.inForce.reasons.find((reason) => reason.code.startsWith("surveillance"));
  return warning ? text(`reasons.${warning.code}.title`, warning.facts) : text(`headlines.${report.headline}.sentence`);
}

function times(report) {
  const line = (label, timestamp, attributes) => [
    element("dt", {}, text(`page.${label}`)),
    element("dd", attributes, instant(timestamp), " ", element("small", {}, text("page.clock"))),
  ];
  return [
    ...(report.statusAsOf ? line("statusAsOf", report.statusAsOf, { class: "as-of", "data-status-as-of": report.statusAsOf }) : []),
    ...line("checkedAt", report.checkedAt, { "data-checked-at": report.checkedAt }),
  ];
}

/** Whose certificate this is, before anything else is read: a genuine one may be shown by somebody else. */
function whose({ holder, grade, number, assessedUnit }) {
  const name = isChinese() || !holder.nameEn ? holder.name : holder.nameEn;
  return [
    element("p", { class: "holder-name" }, name),
    assessedUnit && element("p", { class: "only" }, coverage(assessedUnit)),
    element("p", { class: "level" }, `${isChinese() ? grade.name : text(`page.levels.${grade.level}.name`)} `,
      element("span", { class: "stars", "aria-hidden": "true" }, grade.stars)),
    element("p", { class: "also code", translate: "no" }, number),
  ].filter(Boolean);
}

function question(name, { answer, reasons }, extra) {
  const line = element("summary", { class: "line" }, icon(answer), element("span", { class: "name" }, text(`questions.${name}`)),
    element("span", { class: "answer" }, text(`answers.${answer}`)));
  const list = element("ul", { class: "reasons" }, reasons.map((reason) => explained(reason, answer)));
  return element("li", { "data-question": name, "data-answer": answer },
    element("details", { open: answer !== "yes" && !NOT_JUDGED.has(reasons[0]?.code) }, line, list, extra));
}

function explained({ code, facts }, answer) {
  const technical = Object.entries(facts ?? {}).map(([name, fact]) => `${name}: ${fact}`).join(" · ");
  return element("li", { "data-reason": code },
    element("p", { class: "title" }, text(`reasons.${code}.title`, facts) || code),
    element("p", {}, text(`reasons.${code}.cause`, facts)),
    answer !== "yes" && element("p", { class: "action" }, element("b", {}, text("page.whatToDo")), " ", text(`reasons.${code}.action`, facts)),
    // Folded away: it may quote a document that is not genuine.
    technical !== "" && element("details", { class: "facts" }, element("summary", {}, text("page.facts")), element("p", { translate: "no" }, technical)));
}

function notAsked(form) {
  const line = [icon("notAsked"), element("span", { class: "name" }, text("questions.coversNeed")), element("span", { class: "answer" }, text("page.notAsked"))];
  return element("li", { "data-question": "coversNeed", "data-answer": "notAsked" },
    form ? element("details", {}, element("summary", { class: "line" }, line), form) : element("p", { class: "line" }, line));
}

/** The fourth question, asked by whoever checks: what must the certificate cover? */
export function needForm(need, onAsk) {
  const field = (name, control) => element("label", {}, element("span", {}, text(`page.need.${name}`)), control);
  const levels = element("select", { name: "level" }, element("option", { value: "" }, text("page.need.any")),
    [1, 2, 3, 4, 5].map((level) => element("option", { value: level, selected: need?.level === level }, text(`page.need.atLeast`, { level: text(`page.levels.${level}.name`) }))));
  const input = (name, type) => element("input", { name, type, value: need?.[name], autocomplete: "off" });
  const form = element("form", { class: "need" },
    field("level", levels), field("standard", input("standard", "text")), field("site", input("site", "text")), field("date", input("date", "date")),
    element("button", { type: "submit", class: "quiet" }, text("page.need.ask")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ""));
    if (given.level) given.level = Number(given.level);
    onAsk(Object.keys(given).length > 0 ? given : null);
  });
  return form;
}

/** Links and buttons under a verdict. */
export function verdictActions(report, { again, another, save, withRecord }) {
  const successor = report.state === "superseded" && report.credential
    && element("a", { class: "primary", href: `/certificates/${encodeURIComponent(report.credential.number)}` }, text("page.successor"));
  const unproven = withRecord && report.credential && report.authorised.reasons.some(({ code }) => code === "keyRetiredWithoutProof");
  return [
    successor,
    unproven && button(text("page.withRecord"), withRecord, "primary"),
    button(text("page.again"), again, successor || unproven ? "quiet" : "primary"),
    button(text("page.print"), () => print()),
    button(text("page.save"), save),
    button(text("page.tryAnother"), another),
  ].filter(Boolean);
}
