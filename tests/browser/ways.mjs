// The other ways into the verify page, in Chromium: camera, pictures, PDF files, samples, a need in the address.
//
//   node ways.mjs <input.json>
//
// Input: { base, video, cases: [{ name, way, files?, link?, expected }] }. Output: one JSON array, an element a case:
// { name, headline?, message?, faults, violations, foreign }. `file` is chosen, `drop`ped or `paste`d; `camera` is one whose
// picture is `video`, `denied` and `none` are those that give none.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.TOUCHSTONE_NODE_MODULES, "playwright-core", "package.json"));
const { chromium } = require("playwright-core");

const { base, video, cases } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const PHONE = { viewport: { width: 360, height: 800 }, isMobile: true, hasTouch: true, locale: "zh-CN" };
const FINAL = '#verdict[data-headline][aria-busy="false"]';
const ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const launch = (...more) => chromium.launch({ executablePath: process.env.TOUCHSTONE_CHROMIUM, args: [...ARGUMENTS, ...more] });
const browsers = {
  usual: await launch("--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${video}`),
  none: await launch("--use-fake-device-for-media-stream=device-count=0"),
};

/** What stands there once something does: a verdict, or a message. */
async function outcome(page) {
  await page.locator(`${FINAL}, #message:not([hidden]):not([data-reading]), [data-camera]`).first().waitFor();
  await page.waitForFunction(() => !/正在您的设备上读取/.test(document.getElementById("message").innerText) || document.getElementById("message").hidden);
  await page.locator(`${FINAL}, #message:not([hidden]), [data-camera]`).first().waitFor();
  const message = page.locator("#message");
  return {
    headline: await page.locator("#verdict").getAttribute("data-headline"),
    message: await message.isVisible() ? await message.innerText() : null,
    camera: await page.locator("[data-camera]").count() > 0 ? await page.locator("[data-camera]").getAttribute("data-camera") : null,
  };
}

async function landing(page) {
  await page.goto(`${base}/v`);
  await page.locator("#another").waitFor();
  await page.locator("#scan").waitFor();
}

/** A transfer of a file within the page. */
const transfer = (page, path, type) => page.evaluateHandle(([content, name, kind]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const made = new DataTransfer();
  made.items.add(new File([bytes], name, { type: kind }));
  return made;
}, [readFileSync(path).toString("base64"), path.split("/").at(-1), type]);

const go = {
  async file(page, _, { file }) {
    await landing(page);
    await page.locator("#file").setInputFiles(file);
    return outcome(page);
  },
  /** The same picture as a photo: JPEG, as the browser makes it. */
  async photo(page, _, { file }) {
    await landing(page);
    const jpeg = await page.evaluate(async (content) => {
      const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
      canvas.getContext("2d").drawImage(bitmap, 0, 0);
      return canvas.toDataURL("image/jpeg", 0.5).split(",")[1];
    }, readFileSync(file).toString("base64"));
    await page.locator("#file").setInputFiles({ name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.from(jpeg, "base64") });
    return outcome(page);
  },
  async drop(page, _, { file }) {
    await landing(page);
    await page.dispatchEvent("#another", "drop", { dataTransfer: await transfer(page, file, "application/pdf") });
    return outcome(page);
  },
  async paste(page, _, { file }) {
    await landing(page);
    const clipboard = await transfer(page, file, "image/png");
    await page.evaluate((clipboardData) => document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })), clipboard);
    return outcome(page);
  },
  async pasteText(page, _, { link }) {
    await landing(page);
    await page.evaluate((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, link);
    return outcome(page);
  },
  /** Larger than any file taken: refused before it is read. */
  async large(page) {
    await landing(page);
    await page.locator("#file").setInputFiles({ name: "large.pdf", mimeType: "application/pdf", buffer: Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(11 * 1024 * 1024)]) });
    return outcome(page);
  },
  /** The worker is ended in the middle of its work; the page stays alive and the next file is read. */
  async again(page, _, { file, other }) {
    await landing(page);
    await page.locator("#file").setInputFiles(other);
    const first = await outcome(page);
    await page.locator("#file").setInputFiles(file);
    await page.locator(FINAL).waitFor();
    return { ...await outcome(page), faults: first.message ? [] : ["the first said nothing"] };
  },
  async readerMissing(page, context, { file }) {
    await context.route("**/readers.*.wasm", (route) => route.abort());
    await landing(page);
    await page.locator("#file").setInputFiles(file);
    const first = await outcome(page);
    await context.unroute("**/readers.*.wasm");
    await page.locator("#file").setInputFiles(file);
    await page.locator(FINAL).waitFor();
    return { ...await outcome(page), message: first.message };
  },
  async camera(page, context) {
    await context.grantPermissions(["camera"]);
    await landing(page);
    await page.locator("#scan").click();
    await page.locator(FINAL).waitFor();
    const faults = await page.locator("#camera video").count() > 0 ? ["the camera is still there"] : [];
    return { ...await outcome(page), faults };
  },
  async stopped(page, context) {
    await context.grantPermissions(["camera"]);
    await context.route("**/reader-worker.js", (route) => route.abort());
    await landing(page);
    await page.locator("#scan").click();
    const told = await outcome(page);
    await page.locator("#camera button").last().click();
    const faults = await page.locator("#camera").isVisible() ? ["the camera is still there"] : [];
    if (!await page.evaluate(() => document.activeElement.id === "scan")) faults.push("whoever goes by keyboard is lost");
    return { ...told, faults };
  },
  async denied(page) {
    await landing(page);
    await page.locator("#scan").click();
    const told = await outcome(page);
    const focused = await page.evaluate(() => document.activeElement.matches("[data-camera]"));
    return { ...told, faults: focused ? [] : ["the reason is not where the keyboard is"] };
  },
  async none(page) {
    await landing(page);
    await page.locator("#scan").click();
    return outcome(page);
  },
  async sample(page, _, { kind }) {
    await landing(page);
    await page.locator(`[data-sample=${kind}]`).click();
    return outcome(page);
  },
  async needed(page, _, { link, query }) {
    await page.goto(`${base}/v?${query}`);
    await page.locator("#asked").waitFor();
    const told = await page.locator("#asked").innerText();
    await page.locator("#document").fill(link);
    await page.locator("#box button").click();
    const read = await outcome(page);
    const answer = await page.locator("[data-question=coversNeed]").getAttribute("data-answer");
    return { ...read, need: answer, faults: told.includes("三级") || told.includes("五级") ? [] : [`told ${told}`] };
  },
  /** The result as a file. */
  async saved(page, _, { link }) {
    await page.goto(link);
    await page.locator(FINAL).waitFor();
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "保存结果" }).click();
    const download = await waiting;
    const content = readFileSync(await download.path(), "utf8");
    const faults = ["证书查验结果", "状态截至：", "演示", link, '"headline": "inForce"'].filter((wanted) => !content.includes(wanted));
    if (!/^touchstone-[A-Z0-9]+-\d{4}-\d\d-\d\d\.txt$/.test(download.suggestedFilename())) faults.push(download.suggestedFilename());
    return { ...await outcome(page), faults };
  },
  /** A paper that does not match is reported: incomplete, without network, and then as it should be. */
  async mismatch(page, context, { link }) {
    await page.goto(link);
    await page.locator(FINAL).waitFor();
    await page.locator(".mismatch button").click();
    const send = page.locator(".mismatch-form button[type=submit]");
    const said = (pattern) => page.waitForFunction((wanted) => new RegExp(wanted).test(document.querySelector(".mismatch")?.innerText), pattern);
    await send.click();
    await said("至少勾选一项");
    await page.locator('.mismatch-form [value="grade"]').check();
    await page.locator(".mismatch-form [name=note]").fill("纸面写四级\n本页三级");
    await context.setOffline(true);
    await send.click();
    await said("没有发出");
    await context.setOffline(false);
    // In another language it stands as it was filled in.
    await page.locator('[data-language="en"]').click();
    await said("nothing was sent");
    await page.locator('[data-language="zh-CN"]').click();
    await said("没有发出");
    const asked = page.waitForRequest("**/mismatch-reports");
    await send.click();
    await page.locator('[data-mismatch="sent"]').waitFor();
    const sent = JSON.parse((await asked).postData());
    const faults = Object.keys(sent).join() === "fields,note,number,version" && sent.note === "纸面写四级 本页三级" ? [] : [`sent ${JSON.stringify(sent)}`];
    return { ...await outcome(page), faults };
  },
};

async function look(one) {
  const browser = one.way === "none" ? browsers.none : browsers.usual;
  const context = await browser.newContext({ serviceWorkers: "block", ...PHONE, permissions: [] });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const violations = [];
  const foreign = [];
  page.on("console", (message) => {
    if (/Content Security Policy|Trusted Type/i.test(message.text())) violations.push(message.text());
  });
  page.on("pageerror", (error) => violations.push(String(error)));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:"].includes(url.protocol) && url.origin !== base) foreign.push(request.url());
  });
  page.on("framenavigated", (frame) => {
    if (!frame.url().startsWith(base)) foreign.push(frame.url());
  });
  try {
    return { name: one.name, faults: [], ...await go[one.way](page, context, one), violations, foreign };
  } catch (error) {
    return { name: one.name, faults: [String(error), await page.innerText("body").catch(() => "")], violations, foreign };
  } finally {
    await context.close();
  }
}

const found = [];
for (const one of cases) found.push(await look(one));
await Promise.all(Object.values(browsers).map((browser) => browser.close()));
process.stdout.write(JSON.stringify(found));
