// The catalogue (verifier/texts, one file a language) and how this page writes dates.

const LANGUAGES = ["zh-CN", "en"];
const REMEMBERED = "touchstone.language";
let catalogue = {};
let current = "zh-CN";

/** The language asked for: by the address, by an earlier choice, by the device; else Chinese. */
export function preferredLanguage() {
  const known = (tag) => LANGUAGES.find((language) => tag?.toLowerCase().startsWith(language.slice(0, 2)));
  return known(new URLSearchParams(location.search).get("lang")) ?? known(remembered()) ?? known(navigator.language) ?? "zh-CN";
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

/** The language whose later part is here too. */
let whole;

async function load(name) {
  const response = await fetch(`/assets/${name}.json`);
  if (!response.ok) throw new Error(`texts: ${response.status}`);
  return response.json();
}

/** What ordinary verdicts do not say: fetched when a word of it is needed. */
export async function loadLater() {
  const language = current;
  if (whole === language) return;
  const later = await load(`${language}.later`);
  if (language !== current || whole === language) return;
  whole = language;
  merge(catalogue, later);
}

function merge(into, from) {
  for (const [name, value] of Object.entries(from)) {
    if (typeof into[name] === "object") merge(into[name], value);
    else into[name] = value;
  }
}

/** Loads the texts, and writes them over the page's own. */
export async function setLanguage(language, { remember = false } = {}) {
  const [first, later] = await Promise.all([load(language), whole && load(`${language}.later`)]);
  catalogue = first;
  whole = later && language;
  if (later) merge(catalogue, later);
  current = language;
  document.documentElement.lang = language;
  document.title = `${text("page.office")} · ${text("page.brand")}`;
  for (const place of document.querySelectorAll("[data-text]")) place.textContent = text(`page.${place.dataset.text}`);
  for (const choice of document.querySelectorAll("[data-language]")) {
    choice.setAttribute("aria-pressed", String(choice.dataset.language === language));
  }
  if (remember) {
    try {
      localStorage.setItem(REMEMBERED, language);
    } catch {
      // Storage is off: the choice holds for this page only.
    }
  }
}

export const language = () => current;
export const isChinese = () => current === "zh-CN";

/** The text at a dotted path, with `{name}` replaced by facts; "" where the catalogue has none. */
export function text(path, facts = {}) {
  let found = catalogue;
  for (const step of path.split(".")) found = found?.[step];
  if (typeof found !== "string") return "";
  return found.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** `2026-07-01` as people write it. */
export function day(date) {
  const [year, month, dayOfMonth] = date.split("-").map(Number);
  return isChinese() ? `${year}年${month}月${dayOfMonth}日` : `${dayOfMonth} ${MONTHS[month - 1]} ${year}`;
}

/** An instant, on the clock of China, which certificates go by; `text("page.clock")` says so. */
export function instant(timestamp) {
  const inChina = new Date(Date.parse(timestamp) + 8 * 3600 * 1000).toISOString();
  return `${day(inChina.slice(0, 10))}${isChinese() ? "" : ","} ${inChina.slice(11, 16)}`;
}
