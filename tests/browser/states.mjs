// Every state of the verify page and the registry's own pages, in Chromium: looked at by axe-core in both languages, light
// and dark, and pictured.
//
//   node states.mjs <input.json>
//
// Input: { base, shots?, cases: [{ name, way, text?, query?, path? }] }. With `shots`, a folder, every state is pictured there at
// 360 and 1440 pixels in both languages; else axe-core judges it. Output: one JSON array, { name, faults } a case.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const modules = process.env.TOUCHSTONE_NODE_MODULES;
const require = createRequire(join(modules, "playwright-core", "package.json"));
const { chromium } = require("playwright-core");

const { base, shots, cases } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const axe = shots ? "" : readFileSync(join(modules, "axe-core/axe.min.js"), "utf8");
const FINAL = '#verdict[data-headline][aria-busy="false"]';
/** WCAG 2.2 A and AA, and what axe-core knows of good practice. */
const RULES = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"], rules: { "page-has-heading-one": { enabled: false } } };

const browser = await chromium.launch({
  executablePath: process.env.TOUCHSTONE_CHROMIUM,
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
  ],
});

/** Brings the page into a state. */
const go = {
  async landing(page) {
    await page.goto(`${base}/v`);
    await page.locator("#another").waitFor();
    await page.waitForLoadState("networkidle");
  },
  /** A page of the registry's own, both languages in one. */
  async registry(page, { path }) {
    await page.goto(base + path);
    await page.locator("main").waitFor();
  },
  async asked(page) {
    await page.goto(`${base}/v?level=3&standard=GB/T%2039116`);
    await page.locator("#asked").waitFor();
    await page.waitForLoadState("networkidle");
  },
  async show(page, { text }) {
    await go.landing(page);
    await page.locator("#document").fill(text);
    await page.locator("#box button").click();
    await page.locator(FINAL).waitFor();
  },
  /** With everything opened that opens. */
  async opened(page, one) {
    await go.show(page, one);
    await page.locator("details").evaluateAll((all) => all.forEach((details) => { details.open = true; }));
  },
  async offline(page, one) {
    await page.context().route("**/trust.json", (route) => route.abort());
    await page.context().route("**/status-lists/**", (route) => route.abort());
    await go.show(page, one);
  },
  async listMissing(page, one) {
    await page.context().route("**/status-lists/**", (route) => route.fulfill({ status: 500 }));
    await go.show(page, one);
  },
  async message(page) {
    await go.landing(page);
    await page.locator("#file").setInputFiles({ name: "rubbish.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 rubbish") });
    await page.waitForFunction(() => /损坏/.test(document.getElementById("message").innerText));
  },
  async camera(page) {
    await page.context().grantPermissions(["camera"]);
    await go.landing(page);
    await page.locator("#scan").click();
    await page.locator("#camera video").waitFor();
    await page.waitForFunction(() => /保持平稳/.test(document.getElementById("camera").innerText));
  },
  async denied(page) {
    await go.landing(page);
    await page.locator("#scan").click();
    await page.locator("[data-camera=denied]").waitFor();
  },
  async bulk(page) {
    await go.landing(page);
    await page.locator("#many").click();
    await page.locator("#bulk h1").waitFor();
  },
  /** A list that was checked, with what is different since the run before. */
  async bulkDone(page, { text }) {
    await go.bulk(page);
    const list = (content) => page.locator("#bulk-files").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(content) });
    await list(`${text}\nCQC20ZNZ000009R0\n`);
    await page.locator("#bulk-results h2").waitFor();
    await list(`${text}\n91350100M000100Y43\n`);
    await page.locator("#bulk-results [data-gone=\"1\"]").waitFor();
  },
  async bulkRefused(page) {
    await go.bulk(page);
    await page.locator("#bulk-files").setInputFiles({ name: "old.xls", mimeType: "application/vnd.ms-excel", buffer: Buffer.from("d0cf11e0a1b11ae1", "hex") });
    await page.locator("#bulk-work [data-message]").waitFor();
  },
  /** What is kept, in the page's foot. */
  async kept(page) {
    await go.landing(page);
    await page.locator("#kept summary").click();
  },
  async mismatch(page, one) {
    await go.show(page, one);
    await page.locator(".mismatch button").click();
    await page.locator(".mismatch-form button[type=submit]").click();
    await page.waitForFunction(() => document.querySelector(".mismatch-status").textContent !== "");
  },
  async noVerifier(page) {
    await page.addInitScript(() => { delete globalThis.WebAssembly; });
    await page.goto(`${base}/v`);
    await page.waitForFunction(() => /不能运行|没有载入/.test(document.getElementById("lookup-reason").innerText));
  },
};

/** What makes a state the one that it is: it stands in either language. */
const STANDS = {
  message: "#message",
  bulkDone: "#bulk-results h2",
  bulkRefused: "#bulk-work [data-message]",
  mismatch: ".mismatch-form .mismatch-status:not(:empty)",
};

async function judge(page, where) {
  const { violations } = await page.evaluate(`(async () => { if (!globalThis.axe) { ${axe}; globalThis.axe = axe; } return globalThis.axe.run(document, ${JSON.stringify(RULES)}); })()`);
  const faults = violations.map(({ id, nodes }) => `${where}: ${id} at ${nodes.slice(0, 3).map(({ target, any }) => `${target} ${any[0]?.message ?? ""}`).join("; ")}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (overflow > 0) faults.push(`${where}: wider than the screen by ${overflow}`);
  return faults;
}

const speak = async (page, language) => {
  await page.locator(`[data-language="${language}"]`).click();
  await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
};

async function looked(one) {
  const context = await browser.newContext({ serviceWorkers: "block", viewport: { width: 360, height: 800 }, locale: "zh-CN", bypassCSP: true, reducedMotion: "reduce" });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const faults = [];
  try {
    await go[one.way](page, one);
    const once = one.way === "camera" || one.way === "denied" || (shots && one.way === "registry");
    for (const language of once ? ["zh-CN"] : ["zh-CN", "en"]) {
      if (one.way !== "registry") await speak(page, language);
      const mark = STANDS[one.way];
      if (mark && !await page.locator(mark).isVisible()) faults.push(`${language}: ${mark} is gone`);
      if (shots) {
        for (const width of [360, 1440]) {
          await page.setViewportSize({ width, height: width === 360 ? 800 : 900 });
          await page.evaluate(() => scrollTo(0, 0));
          await page.screenshot({ path: join(shots, `${one.name}-${language}-${width}.png`), fullPage: true });
        }
        continue;
      }
      // Narrow as the smallest phones; in English, dark; and at 1440 pixels zoomed to twice the size.
      await page.emulateMedia({ colorScheme: language === "en" ? "dark" : "light" });
      await page.setViewportSize(language === "en" ? { width: 720, height: 450 } : { width: 320, height: 640 });
      faults.push(...await judge(page, language));
    }
  } catch (error) {
    faults.push(String(error), await page.innerText("body").catch(() => ""));
  } finally {
    await context.close();
  }
  return { name: one.name, faults };
}

const found = [];
for (const one of cases) found.push(await looked(one));
await browser.close();
process.stdout.write(JSON.stringify(found));
