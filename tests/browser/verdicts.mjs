// Opens the verify page in Chromium as a phone does, and tells what people would read.
//
//   node verdicts.mjs <input.json>
//
// Input: { base, cases: [{ name, way, link?, document?, number?, alone? }] }. Output: one JSON array, an element a case.
// The ways: link (opened), box (typed into the page), number (typed), noStatus (the registry gives no status), cut (no
// network once the page is there), need (the fourth question, by keyboard), forged (a message list nobody signed,
// sequence far ahead), paper (printed), otherMemory (something else stands where the page keeps what it learnt), language
// (asked for without network), those of parts.mjs, noWasm, noModules (scripts run, and this browser is too old for
// modules), noScript, stripped (the link lost its fragment); the last four ask by number. With `alone` the verifier's
// second part does not come. What a way finds wrong itself is told in `faults`.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { partsWays } from "./parts.mjs";

const require = createRequire(join(process.env.TOUCHSTONE_NODE_MODULES, "playwright-core", "package.json"));
const { chromium } = require("playwright-core");

const { base, cases } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const PHONE = { viewport: { width: 360, height: 800 }, isMobile: true, hasTouch: true, locale: "zh-CN" };
const FINAL = '#verdict[data-headline][aria-busy="false"]';

const browser = await chromium.launch({
  executablePath: process.env.TOUCHSTONE_CHROMIUM,
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});
/** One case in a browser profile of its own: nothing is remembered from the one before. */
async function look(one) {
  const context = await browser.newContext({ serviceWorkers: "block", ...PHONE, javaScriptEnabled: one.way !== "noScript" });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const violations = [];
  const foreign = [];
  page.on("console", (message) => {
    if (/Content Security Policy|Trusted Type/i.test(message.text())) violations.push(message.text());
  });
  page.on("pageerror", (error) => violations.push(String(error)));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== base) foreign.push(request.url());
  });
  try {
    if (one.alone) await context.route("**/verifier-rest.*.wasm", (route) => route.abort());
    const read = await go[one.way](page, context, one);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth).catch(() => 0);
    return { name: one.name, ...read, violations, foreign, overflow };
  } catch (error) {
    return { name: one.name, error: String(error), text: await page.innerText("body").catch(() => ""), violations, foreign };
  } finally {
    await context.close();
  }
}

const go = {
  ...partsWays(base, verdict),
  async link(page, _, { link }) {
    await page.goto(link);
    return verdict(page);
  },
  async box(page, _, { document }) {
    await page.goto(`${base}/v`);
    await page.locator("#document").fill(document);
    await page.locator("#box button").click();
    return verdict(page);
  },
  async number(page, _, { number }) {
    await page.goto(`${base}/v?check=${number}`);
    return verdict(page);
  },
  async otherMemory(page, _, { link }) {
    const { ownerKey } = await (await fetch(`${base}/assets/policy.json`)).json();
    await page.addInitScript((owner) => {
      if (localStorage.length > 0) return;
      localStorage.setItem(`touchstone.facts.2.${owner}`, '{"seen":null}');
      // What was learnt under another pin: a trust list from far ahead.
      const other = { trustList: "{}", statusLists: {}, seen: { trustList: 4_000_000_000, statusLists: {}, snapshots: {}, clockFloor: "2099-01-01T00:00:00Z" } };
      for (const place of ["touchstone.facts.1", "touchstone.facts.2.", "touchstone.facts.2.z6Mk"]) localStorage.setItem(place, JSON.stringify(other));
    }, ownerKey);
    await page.goto(link);
    const first = await verdict(page);
    // And of every form that is not quite this page's.
    const faults = [];
    for (const seen of ["[]", "7", '{"statusLists":{"a":"b"}}', '{"trustList":-1}', '{"clockFloor":"soon"}', '{"more":1}']) {
      await page.evaluate(([owner, kept]) => localStorage.setItem(`touchstone.facts.2.${owner}`, kept), [ownerKey, `{"seen":${seen}}`]);
      await page.reload();
      const { headline } = await verdict(page);
      if (headline !== first.headline) faults.push(`${seen}: ${headline}`);
    }
    return { ...first, faults };
  },
  async language(page, context, { link }) {
    await page.goto(link);
    await page.locator(FINAL).waitFor();
    await page.waitForLoadState("networkidle");
    await context.setOffline(true);
    await page.locator('[data-language="en"]').click();
    await page.locator("#message").waitFor();
    const said = await page.locator("#message").innerText();
    await context.setOffline(false);
    await page.locator('[data-language="en"]').click();
    await page.getByRole("button", { name: "Check again" }).waitFor();
    const faults = said.includes("未能连接登记处") && !await page.locator("#message").isVisible() ? [] : [`said ${said}`];
    await page.locator('[data-language="zh-CN"]').click();
    await page.getByRole("button", { name: "重新查验" }).waitFor();
    return { ...await verdict(page), faults };
  },
  async noStatus(page, context, { link }) {
    await context.route("**/status-lists/**", (route) => route.abort());
    await page.goto(link);
    return verdict(page);
  },
  async cut(page, context, { link }) {
    await page.goto(`${base}/v`);
    await page.locator("#another").waitFor();
    await page.waitForLoadState("networkidle");
    await context.setOffline(true);
    await page.evaluate((fragment) => { location.hash = fragment; }, new URL(link).hash);
    return verdict(page);
  },
  async need(page, _, { link }) {
    await page.goto(link);
    await page.locator(FINAL).waitFor();
    const question = page.locator("[data-question=coversNeed]");
    await question.locator("summary").first().focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("End");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("[data-question=coversNeed][data-answer=no]").waitFor();
    const read = await verdict(page);
    await page.waitForFunction(() => document.activeElement.matches("[data-question=coversNeed] summary"));
    const said = await page.locator("[role=status]").innerText();
    return { ...read, faults: said.includes(read.word) ? [] : [`announced: ${said}`] };
  },
  async forged(page, context, { link }) {
    const sequence = 4_000_000_000;
    await context.route("**/status-lists/message/*", async (route) => {
      const response = await route.fetch();
      const list = await response.json();
      list.credentialSubject.sequence = sequence;
      await route.fulfill({ response, json: list });
    });
    await page.goto(link);
    const read = await verdict(page);
    const kept = await page.evaluate(() => JSON.parse(Object.entries(localStorage).find(([name]) => name.startsWith("touchstone.facts."))?.[1] ?? "null"));
    const learnt = Object.entries(kept?.seen.statusLists ?? {});
    const faults = learnt.length === 2 && learnt.every(([id, seen]) => !id.includes("/message/") && seen < sequence)
      && Object.keys(kept.statusLists).length === 2 ? [] : [`learnt ${JSON.stringify(learnt)}`];
    return { ...read, faults };
  },
  async paper(page, _, { link }) {
    await page.goto(link);
    const read = await verdict(page);
    // A4 less its margins, at 96 pixels an inch.
    await page.setViewportSize({ width: 687, height: 1016 });
    await page.emulateMedia({ media: "print" });
    const faults = [];
    const seen = (place) => page.locator(place).first().isVisible();
    if (await page.locator("#verdict").evaluate((card) => card.getBoundingClientRect().bottom + scrollY) > 1016) faults.push("longer than a page");
    if (!(await page.locator("#printed").innerText()).includes(link)) faults.push("without its link");
    if (!await seen("[data-status-as-of]")) faults.push("without its time");
    for (const control of ["#actions", "#languages", "#another", "#lookup", ".technical"]) {
      if (await seen(control)) faults.push(`with ${control}`);
    }
    await page.emulateMedia({ media: "screen" });
    return { ...read, faults };
  },
  async noWasm(page, _, { link, number }) {
    await page.addInitScript(() => { delete globalThis.WebAssembly; });
    await page.goto(link);
    return askedByNumber(page, number);
  },
  // A browser that does not know modules passes over a script of that type as over any type unknown to it.
  async noModules(page, context, { link, number }) {
    const scripts = [];
    page.on("request", (request) => {
      if (request.resourceType() === "script") scripts.push(request.url());
    });
    await context.route((url) => url.pathname === "/v" || url.pathname === "/verify", async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replaceAll('type="module"', 'type="unknown"').replaceAll('rel="modulepreload"', 'rel="unknown"');
      await route.fulfill({ response, body });
    });
    await page.goto(link);
    if (!await page.evaluate(() => true)) throw new Error("scripts do not run");
    const read = await askedByNumber(page, number);
    if (scripts.length > 0) throw new Error(`modules were loaded: ${scripts}`);
    return read;
  },
  async noScript(page, _, { link, number }) {
    await page.goto(link);
    return askedByNumber(page, number);
  },
  async stripped(page, _, { number }) {
    await page.goto(`${base}/v`);
    return askedByNumber(page, number);
  },
};

/** What stands on the card once it is final, and once `also` is there. */
async function verdict(page, also = FINAL) {
  await page.locator(FINAL).waitFor();
  await page.locator(also).first().waitFor();
  await page.locator(FINAL).waitFor();
  const card = page.locator("#verdict");
  const questions = await card.locator("[data-question]").evaluateAll((items) => items.map((item) => [item.dataset.question, item.dataset.answer]));
  return {
    headline: await card.getAttribute("data-headline"),
    state: await card.getAttribute("data-state"),
    word: await page.locator("#word").innerText(),
    questions: Object.fromEntries(questions),
    reasons: await card.locator("[data-reason]").evaluateAll((items) => items.map((item) => item.dataset.reason)),
    facts: await page.locator("#sheet").isVisible(),
    carried: await page.locator("[data-raw=rawCredential] pre").evaluateAll(([pre]) => pre?.textContent),
    text: await page.locator("#main").innerText(),
  };
}

/** The form that needs nothing but HTML; what answers is the registry, and it says so. */
async function askedByNumber(page, number) {
  await page.locator("#lookup").waitFor();
  const advice = await page.locator("#lookup").innerText();
  await page.locator("#number").fill(number);
  await Promise.all([page.waitForURL(/\/verify\?number=/), page.locator('form[action="/verify"] button').click()]);
  const answer = page.locator("[data-headline]");
  return {
    headline: await answer.getAttribute("data-headline"),
    state: null,
    word: await answer.locator("h1").innerText(),
    advice,
    text: await page.locator("main").innerText(),
  };
}

const found = [];
for (const one of cases) found.push(await look(one));
await browser.close();
process.stdout.write(JSON.stringify(found));
