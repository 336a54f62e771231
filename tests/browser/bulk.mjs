// Many certificates at once, in Chromium: lists against the signed snapshot, files, and nothing of either leaves the page.
//
//   node bulk.mjs <input.json>
//
// Input: { base, csv, xlsx, gb18030, bad: [{ file, message }], files: [path], known: { number: outcome }, rows, secret: [text] }.
// Output: { faults, figures }.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.TOUCHSTONE_NODE_MODULES, "playwright-core", "package.json"));
const { chromium } = require("playwright-core");

const { base, csv, xlsx, gb18030, bad, files, known, rows, secret } = JSON.parse(readFileSync(process.argv[2], "utf8"));
/** What may be asked while a list is checked: the same for everybody. */
const ALLOWED = /^\/(v|trust\.json|snapshot|log\/checkpoint|log\/tile\/.*|verifier-releases|assets\/[\w.-]+)$/;

const browser = await chromium.launch({
  executablePath: process.env.TOUCHSTONE_CHROMIUM,
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-precise-memory-info",
  ],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "zh-CN", acceptDownloads: true });
context.setDefaultTimeout(30_000);
const page = await context.newPage();
const faults = [];
const figures = {};
const expect = (holds, what) => {
  if (!holds) faults.push(what);
};
await page.addInitScript(() => {
  globalThis.violations = [];
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => globalThis.violations.push(`${violatedDirective} ${blockedURI}`));
});
const asked = [];
context.on("request", (request) => {
  if (request.url().startsWith("blob:")) return;
  const { pathname, search, origin } = new URL(request.url());
  if (origin !== base || !ALLOWED.test(pathname) || request.method() !== "GET") asked.push(`${request.method()} ${request.url()}`);
  const text = `${search} ${request.postData() ?? ""} ${JSON.stringify(request.headers())}`;
  for (const one of secret) if (text.includes(one)) asked.push(`${one} in ${request.url()}`);
});

async function run(given) {
  await page.locator("#bulk-files").setInputFiles(given);
  await page.locator("#bulk-results h2, #bulk-work [data-message]").first().waitFor();
  const results = page.locator("#bulk-results");
  const message = page.locator("#bulk-work [data-message]");
  // In the order of the list, so that the known ones stand among those shown.
  const place = results.locator('[data-column="place"]');
  if (await place.count() > 0 && await place.getAttribute("aria-sort") !== "ascending") await place.locator("button").click();
  return {
    message: await message.count() > 0 ? await message.getAttribute("data-message") : null,
    milliseconds: Number(await results.getAttribute("data-milliseconds")),
    memory: Number(await results.getAttribute("data-memory")),
    text: await results.innerText(),
    outcomes: await results.locator("tbody tr").evaluateAll((all) => Object.fromEntries(all.map((row) => [row.querySelector(".code").textContent.trim().toUpperCase(), row.dataset.outcome]))),
  };
}

/** The numbers that are known stand first, the others are told as not there. */
function judge(where, { message, text, outcomes }) {
  expect(message === null, `${where}: ${message}`);
  for (const [number, outcome] of Object.entries(known)) expect(outcomes[number] === outcome, `${where}: ${number} is ${outcomes[number]}, wanted ${outcome}`);
  expect(text.includes(`已查验 ${rows} 项`), `${where}: ${text.slice(0, 200)}`);
  expect(text.includes("不是对纸面证书的核验"), `${where}: does not say what a state is`);
}

try {
  await page.goto(`${base}/v`);
  await page.locator("#kept:not([hidden])").waitFor();
  await page.locator("#many").click();
  await page.locator("#bulk h1").waitFor();
  asked.length = 0;
  const first = await run(csv);
  judge("csv", first);
  figures.csvMilliseconds = first.milliseconds;
  figures.moduleBytes = first.memory;
  figures.heapBytes = await page.evaluate(() => performance.memory.usedJSHeapSize);
  expect(first.text.includes("本机没有上次的结果"), "csv: a first run is compared with nothing");
  const book = await run(xlsx);
  judge("xlsx", book);
  figures.xlsxMilliseconds = book.milliseconds;
  judge("gb18030", await run(gb18030));
  // Since the last run: one was in another state, one is not listed any more.
  const [number] = Object.keys(known);
  await page.evaluate((changed) => {
    const last = JSON.parse(localStorage.getItem("touchstone.bulk.1"));
    last.states[changed] = "expired";
    last.states.GONE0001 = "valid";
    localStorage.setItem("touchstone.bulk.1", JSON.stringify(last));
  }, number);
  const again = await run(csv);
  expect(again.text.includes("1 项有变化，1 项本次未列"), `differences: ${again.text.slice(0, 600)}`);
  // Sorted by keyboard: the head of the column is a button, and says how it is sorted.
  await page.locator('[data-column="asked"] button').focus();
  await page.keyboard.press("Enter");
  expect(await page.locator('[data-column="asked"]').getAttribute("aria-sort") === "ascending", "not sorted");
  const downloading = page.waitForEvent("download");
  await page.locator("#bulk-results .row .primary").click();
  const saved = readFileSync(await (await downloading).path(), "utf8");
  expect(saved.startsWith("\uFEFF"), "export: no byte order mark");
  expect(saved.trimEnd().split("\r\n").length === rows + 1, `export: ${saved.trimEnd().split("\r\n").length} lines`);
  expect(/"'=HYPERLINK/.test(saved) && !/"=/.test(saved), "export: a formula is left as one");
  // On a phone what came of a number is read beside it, without scrolling aside.
  await page.setViewportSize({ width: 360, height: 800 });
  const beyond = await page.locator("#bulk-results tbody tr").evaluateAll((all) => all.slice(0, 50).filter((row) => {
    const edge = row.closest(".scroll").getBoundingClientRect().right;
    return [".outcome", ".code"].some((part) => row.querySelector(part).getBoundingClientRect().right > edge);
  }).map((row) => row.innerText));
  expect(beyond.length === 0, `beyond the edge at 360 px: ${beyond.slice(0, 3)}`);
  await page.setViewportSize({ width: 1280, height: 900 });
  // Files get the whole verification.
  const whole = await run(files);
  expect(whole.message === null, `files: ${whole.message}`);
  const told = await page.locator("#bulk-results tbody tr").evaluateAll((all) => all.map((row) => row.dataset.outcome));
  expect(told.filter((outcome) => outcome === "inForce").length === 2 && told.includes("notGenuine") && told.includes("noCertificate"), `files: ${told}`);
  for (const { file, message } of bad) {
    const refused = await run(file);
    expect(refused.message === message, `${file}: ${refused.message}, wanted ${message}`);
  }
  // Without network by the snapshot kept.
  await context.setOffline(true);
  const without = await run(csv);
  judge("offline", without);
  expect(without.text.includes("没有更新"), "offline: does not say so");
  await context.setOffline(false);
  expect(asked.length === 0, `asked: ${asked.slice(0, 5)}`);
  expect((await page.evaluate(() => globalThis.violations)).length === 0, "violates the policy");
} catch (error) {
  faults.push(String(error), (await page.innerText("body").catch(() => "")).slice(0, 1_500));
}
await browser.close();
process.stdout.write(JSON.stringify({ faults, figures }));
