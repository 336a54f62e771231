// The verifier's package in Chromium: the example page with its elements, and a worker.
//
//   node package.mjs <input.json>
//
// Input: { folder, registry, ownerKey, documents, shown }: a folder with the package as touchstone-verify/, the example's
// files and, as `shown` says, certificates by name. Output: one JSON object: `elements`, by document what the page's two
// elements show; `worker`, the headlines of `documents`; `foreign`, what was asked of whom; `violations` of the policy.

import { createReadStream, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";

const require = createRequire(join(process.env.TOUCHSTONE_NODE_MODULES, "playwright-core", "package.json"));
const { chromium } = require("playwright-core");
const { folder, registry, ownerKey, documents, shown } = JSON.parse(readFileSync(process.argv[2], "utf8"));

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };
let certificate = "";
const server = createServer((request, response) => {
  const path = normalize(new URL(request.url, "http://host").pathname);
  response.setHeader("content-type", TYPES[extname(path)] ?? "text/html");
  response.setHeader("content-security-policy", `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' ${registry}; require-trusted-types-for 'script'; trusted-types example`);
  if (path === "/certificate.json") return response.end(certificate);
  if (path === "/") return response.end(page());
  const file = createReadStream(join(folder, path));
  file.on("error", () => response.writeHead(404).end());
  file.pipe(response);
});
const page = () => readFileSync(join(folder, "index.html"), "utf8").replaceAll("https://registry.example", registry).replaceAll("z6MkOwner", ownerKey);
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const base = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({ executablePath: process.env.TOUCHSTONE_CHROMIUM, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
const context = await browser.newContext({ viewport: { width: 320, height: 700 } });
context.setDefaultTimeout(20_000);
const violations = [];
const foreign = new Set();
context.on("request", (request) => {
  const url = new URL(request.url());
  if (url.origin !== base && url.protocol.startsWith("http")) foreign.add(`${url.origin}${url.pathname.replace(/\d+$/, "N")}`);
});
const elements = {};
for (const [name, document] of Object.entries(shown)) {
  certificate = document;
  const tab = await context.newPage();
  tab.on("console", (message) => /Content Security Policy|Trusted Type/i.test(message.text()) && violations.push(message.text()));
  tab.on("pageerror", (error) => violations.push(String(error)));
  await tab.goto(base, { waitUntil: "commit" });
  const read = async (id) => {
    const article = tab.locator(`#${id} article:not([data-tone=pending]), #${id} article:has(dl)`);
    await article.waitFor();
    return { tone: await article.getAttribute("data-tone"), text: await article.innerText(), status: await article.getByRole("status").innerText() };
  };
  elements[name] = { chinese: await read("supplier"), english: await read("english") };
  elements[name].overflow = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await tab.close();
}
const tab = await context.newPage();
await tab.goto(base);
const worker = await tab.evaluate(({ registry, ownerKey, documents }) => new Promise((done, failed) => {
  const scripts = trustedTypes.createPolicy("example", { createScriptURL: (url) => url });
  const worker = new Worker(scripts.createScriptURL("worker.js"), { type: "module" });
  worker.onmessage = ({ data }) => done(data);
  worker.onerror = ({ message }) => failed(new Error(message));
  worker.postMessage({ registry, ownerKey, documents });
}), { registry, ownerKey, documents });
await browser.close();
server.close();
console.log(JSON.stringify({ elements, worker, foreign: [...foreign].sort(), violations }));
