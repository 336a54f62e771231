// <touchstone-certificate>: a certificate with its verdict, in anybody's page.
//
//   <touchstone-certificate src="/certificate.json" registry="https://…" owner-key="z6Mk…"></touchstone-certificate>
//
// `src` names the credential; or it is the text of a <script type="application/vc"> inside. `registry` is asked for the
// trust list; status lists come from where that list says. Data is shown as text, never as markup. Every verdict is also
// given as the event `verdict`, with the Report as its `detail`.

import { moduleUrl, openVerifier } from "./index.js";

const LANGUAGES = { "zh-CN": () => import("./texts/zh-CN.js"), en: () => import("./texts/en.js") };
const ATTRIBUTES = ["src", "registry", "owner-key", "language"];
const TONES = { inForce: "good", couldNotTell: "unsure" };
const ICONS = {
  good: "M5 13l4 4L19 7",
  bad: "M6 6l12 12M18 6L6 18",
  unsure: "M12 6v8M12 17.5v.5",
  pending: "M12 7v5l3 3",
};

const STYLE = `
:host { display: block; max-inline-size: 32rem; color: CanvasText; background: Canvas; color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
:host([hidden]) { display: none; }
article { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-inline-start: .4rem solid var(--tone); border-radius: .5rem; padding: .75rem 1rem; overflow-wrap: anywhere; }
article { --tone: light-dark(#5b6470, #a9b1bb); }
article[data-tone=good] { --tone: light-dark(#126b3a, #5fd08f); }
article[data-tone=bad] { --tone: light-dark(#a3201d, #ff8b85); }
article[data-tone=unsure] { --tone: light-dark(#8a5300, #f0b350); }
.word { display: flex; align-items: center; gap: .5rem; margin: 0; font-size: 1.25rem; font-weight: 600; color: var(--tone); }
svg { inline-size: 1.5rem; block-size: 1.5rem; flex: none; fill: none; stroke: currentColor; stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
p { margin: .25rem 0 0; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem .75rem; margin: .5rem 0 0; }
dt { opacity: .75; } dd { margin: 0; }
@media (forced-colors: active) { article { border-inline-start-color: CanvasText; } }
`;

export class TouchstoneCertificate extends HTMLElement {
  static observedAttributes = ATTRIBUTES;
  #turn = 0;
  #root;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    this.#start();
  }

  attributeChangedCallback(name, before, after) {
    if (this.isConnected && before !== after) this.#start();
  }

  /** Checks again, as after a change of an attribute. Several changes at once are one check. */
  async #start() {
    const mine = ++this.#turn;
    await undefined;
    if (mine !== this.#turn || !this.isConnected) return;
    const { default: texts } = await LANGUAGES[this.#language()]();
    this.#show(texts, { tone: "pending", word: texts.page.pendingWord });
    let report;
    try {
      report = await this.#check();
    } catch (error) {
      if (mine !== this.#turn) return;
      // Nothing can be said; in particular nothing against the certificate.
      this.#show(texts, { tone: "unsure", word: texts.headlines.couldNotTell.word, sentence: texts.page.messages.offline });
      this.dispatchEvent(new CustomEvent("failure", { detail: error, bubbles: true, composed: true }));
      return;
    }
    if (mine !== this.#turn) return;
    this.#show(texts, described(report, texts), report);
    this.dispatchEvent(new CustomEvent("verdict", { detail: report, bubbles: true, composed: true }));
  }

  async #check() {
    const registry = this.getAttribute("registry");
    const ownerKey = this.getAttribute("owner-key");
    if (!registry || !ownerKey) throw new TypeError("registry and owner-key say whom this page trusts; both are needed");
    const get = (url, options) => fetch(url, options);
    const [verifier, document] = await Promise.all([openVerifier(moduleUrl), this.#document(get)]);
    const policy = { ownerKey };
    const { report } = await verifier.check(document, { fetch: get, trustListUrl: new URL("/trust.json", registry), policy });
    return report;
  }

  async #document(get) {
    const source = this.getAttribute("src");
    const inside = this.querySelector('script[type="application/vc"]')?.textContent.trim();
    if (!source) {
      if (inside) return inside;
      throw new TypeError('neither src nor a <script type="application/vc"> inside');
    }
    const response = await get(source, { headers: { accept: "application/vc" }, credentials: "omit" });
    if (!response.ok) throw new Error(`${source}: HTTP ${response.status}`);
    return (await response.text()).trim();
  }

  #language() {
    const asked = this.getAttribute("language") ?? this.closest("[lang]")?.lang ?? "";
    return /^en\b/i.test(asked) ? "en" : "zh-CN";
  }

  #show(texts, { tone, word, sentence }, report) {
    const article = made("article", { "data-tone": tone, lang: this.#language() });
    const status = made("div", { role: "status" });
    status.append(withChildren(made("p", { class: "word" }), icon(tone), made("span", {}, word)));
    if (sentence) status.append(made("p", {}, sentence));
    article.append(status);
    // If the signature fails, nothing else of the document is shown as fact.
    if (report?.credential && report.genuine.answer === "yes") article.append(facts(report, texts, this.#language()));
    this.#root.replaceChildren(article);
  }
}

/** One word with its tone, and the sentence that explains it. */
function described(report, texts) {
  const { headline, state, test } = report;
  const tone = headline === "inForce" && test ? "pending" : TONES[headline] ?? "bad";
  const words = texts.headlines[headline];
  const word = headline === "notInForce" && state ? texts.states[state] : headline === "inForce" && test ? words.test : words.word;
  const deciding = { notGenuine: "genuine", notAuthorised: "authorised", notInForce: "inForce" }[headline]
    ?? ["genuine", "authorised", "inForce"].find((name) => report[name].answer !== "yes");
  const reason = report[deciding]?.reasons[0];
  const cause = reason && texts.reasons[reason.code]?.cause;
  const sentence = cause?.replace(/\{(\w+)\}/g, (whole, name) => reason.facts?.[name] ?? whole) ?? words.sentence;
  return { tone, word, sentence };
}

function facts({ credential, statusAsOf }, texts, language) {
  const inEnglish = language === "en";
  const { holder, grade, number, validUntil, assessedUnit, id } = credential;
  const list = made("dl");
  const row = (label, value) => value && list.append(made("dt", {}, label), made("dd", {}, value));
  const labels = inEnglish
    ? { holder: "Holder", unit: "Covers only", grade: "Grade", number: "Number", until: "Valid until", asOf: "Status as of" }
    : { holder: "企业", unit: "仅覆盖", grade: "等级", number: "证书编号", until: "有效期至", asOf: "状态截至" };
  row(labels.holder, (inEnglish && holder.nameEn) || holder.name);
  row(labels.unit, assessedUnit && ((inEnglish && assessedUnit.nameEn) || assessedUnit.name));
  row(labels.grade, `${inEnglish ? texts.page.levels[grade.level].name : grade.name} ${grade.stars}`);
  const link = made("a", { href: id, rel: "noopener" }, number);
  list.append(made("dt", {}, labels.number), withChildren(made("dd"), link));
  row(labels.until, validUntil);
  row(labels.asOf, statusAsOf && `${new Date(Date.parse(statusAsOf) + 8 * 3_600_000).toISOString().slice(0, 16).replace("T", " ")} UTC+8`);
  return list;
}

function made(name, attributes = {}, text) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

function withChildren(element, ...children) {
  element.append(...children);
  return element;
}

function icon(tone) {
  const SVG = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[tone]);
  svg.append(path);
  return svg;
}

if (!customElements.get("touchstone-certificate")) customElements.define("touchstone-certificate", TouchstoneCertificate);
