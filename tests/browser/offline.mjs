// The verify page with a bad network, and with none: never green where it is not known, and an honest verdict where it is.
//
//   node offline.mjs <input.json>
//
// Input: { base, port, link, other, older: { path: body } }. Chromium asks through a proxy in this program, which fails as
// it is told. Output: { faults, checked }.

import { readFileSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.TOUCHSTONE_NODE_MODULES, "playwright-core", "package.json"));
const { chromium } = require("playwright-core");

const { base, link, other, older } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const FINAL = '#verdict[data-headline][aria-busy="false"]';
const HTML = "<!doctype html><title>Welcome to the hotel</title><p>Log in";

/** Files that a slow network takes its time for. */
const SLOW = ["/v", "/assets/page.js"];
/** What the proxy does with requests that name no fault of their own. */
let everywhere = "pass";

function fail(fault, url, response) {
  if (fault === "cut") response.destroy();
  else if (fault === "404" || fault === "500") response.writeHead(Number(fault)).end();
  else if (fault === "html") response.writeHead(200, { "content-type": "text/html" }).end(HTML);
  else if (fault === "older" && older[url.pathname]) response.writeHead(200, { "content-type": "application/json" }).end(older[url.pathname]);
  else return false;
  return true;
}

const proxy = createServer((incoming, response) => {
  const url = new URL(incoming.url);
  const { "x-fault": told, ...headers } = incoming.headers;
  const [own, pattern] = (told ?? "").split(" ");
  const fault = own && new RegExp(pattern).test(url.pathname) ? own : everywhere;
  if (fault === "hang") return;
  // Slower than the worker is patient, and it comes all the same.
  const pause = fault === "slow" && SLOW.includes(url.pathname) ? 6_500 : 0;
  if (fail(fault, url, response)) return;
  setTimeout(() => {
    const outgoing = ask(url, { method: incoming.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    incoming.pipe(outgoing);
  }, pause);
});
await new Promise((resolve) => { proxy.listen(0, "127.0.0.1", resolve); });

const browser = await chromium.launch({
  executablePath: process.env.TOUCHSTONE_CHROMIUM,
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", `--proxy-server=http://127.0.0.1:${proxy.address().port}`,
    "--proxy-bypass-list=<-loopback>",
  ],
});
const faults = [];
let checked = 0;

/** What the verdict needs, and what the page needs, each with the addresses that are it. */
const FACTS = { "the trust list": "^/trust\\.json", "every status list": "^/status-lists/", "one status list": "^/status-lists/suspension" };
const FILES = {
  script: "/page\\.js$", texts: "/zh-CN\\.json$", verifier: "verifier-first", bindings: "/verifier\\.js$", pin: "/policy\\.json$",
  rest: "verifier-rest", style: "/page\\.css$", "later texts": "later\\.json$",
};

async function withFault(what, fault, pattern, judge) {
  const context = await browser.newContext({ serviceWorkers: "block", locale: "zh-CN", extraHTTPHeaders: { "x-fault": `${fault} ${pattern}` } });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  try {
    await page.goto(link, { waitUntil: "commit" });
    await judge(page, `${what}, ${fault}`);
  } catch (error) {
    faults.push(`${what}, ${fault}: ${error}`);
  } finally {
    checked += 1;
    await context.close();
  }
}

/** A fact is missing: amber, and what to do. */
async function amber(page, where) {
  await page.locator(FINAL).waitFor();
  const tone = await page.locator("#verdict").getAttribute("data-tone");
  if (tone !== "unsure") faults.push(`${where}: ${tone}`);
  const said = await page.locator("#verdict").innerText();
  if (!said.includes("重新查验")) faults.push(`${where}: offers nothing`);
  if (/伪|假/.test(said.replace("真伪", ""))) faults.push(`${where}: speaks of forgery`);
}

/** A file is missing: the verdict all the same, or the way without it. */
async function wayOn(page, where) {
  await page.locator(`${FINAL}, #lookup:not([hidden])`).first().waitFor();
  const headline = await page.locator("#verdict").getAttribute("data-headline");
  if (headline && !["inForce", "couldNotTell"].includes(headline)) faults.push(`${where}: ${headline}`);
}

const matrix = [];
for (const fault of ["cut", "404", "500", "html", "hang"]) {
  for (const [what, pattern] of Object.entries(FACTS)) matrix.push([what, fault, pattern, amber]);
  if (fault === "hang") continue;
  for (const [what, pattern] of Object.entries(FILES)) matrix.push([what, fault, pattern, wayOn]);
}
// Those that hang wait together.
const hanging = matrix.filter(([, fault]) => fault === "hang").map((one) => withFault(...one));
for (const one of matrix.filter(([, fault]) => fault !== "hang")) await withFault(...one);
await Promise.all(hanging);

/** A device that keeps what it has seen. */
const device = await browser.newContext({ locale: "zh-CN" });
device.setDefaultTimeout(30_000);
const expect = (holds, what) => {
  checked += 1;
  if (!holds) faults.push(what);
};
async function verdict(address) {
  const page = await device.newPage();
  await page.goto(address, { waitUntil: "commit" });
  await page.locator(FINAL).waitFor();
  const read = {
    headline: await page.locator("#verdict").getAttribute("data-headline"),
    asOf: await page.locator("[data-status-as-of]").getAttribute("data-status-as-of").catch(() => null),
    text: await page.locator("#verdict").innerText(),
  };
  await page.close();
  return read;
}
try {
  const page = await device.newPage();
  await page.goto(link);
  await page.locator(FINAL).waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  const first = await verdict(link);
  expect(first.headline === "inForce", `at first ${first.headline}`);
  // An older list than this device has seen, from whoever answers.
  everywhere = "older";
  const rolled = await verdict(link);
  expect(rolled.headline === "inForce" && rolled.asOf >= first.asOf, `rolled back to ${rolled.asOf} from ${first.asOf}`);
  expect(rolled.text.includes("见过的旧"), "an older list went unnoticed");
  for (const fault of ["cut", "html", "500"]) {
    everywhere = fault;
    const without = await verdict(link);
    expect(without.headline === "inForce" && without.asOf >= first.asOf, `${fault}: ${without.headline} as of ${without.asOf}`);
    expect(without.text.includes("没有更新"), `${fault}: does not say that the status is not up to date`);
    // Another certificate of the same lists, never seen before.
    const unseen = await verdict(other);
    expect(unseen.headline === "notInForce", `${fault}: another certificate is ${unseen.headline}`);
  }
  // The snapshot says what lists that were never here cannot; and nothing leads back behind it.
  everywhere = "pass";
  await page.goto(`${base}/v`);
  await page.locator('#kept [data-kept="snapshot"]').waitFor({ state: "attached" });
  const asOf = await page.evaluate(async () => {
    const [name] = (await caches.keys()).filter((one) => one.startsWith("touchstone.register."));
    const kept = await (await caches.open(name)).match("/snapshot");
    return (await kept.json()).validFrom;
  });
  const forgetLists = () => page.evaluate(() => {
    const [name] = Object.keys(localStorage).filter((one) => one.startsWith("touchstone.facts."));
    const facts = JSON.parse(localStorage.getItem(name));
    localStorage.setItem(name, JSON.stringify({ ...facts, statusLists: {} }));
  });
  for (const fault of ["cut", "500"]) {
    everywhere = fault;
    await forgetLists();
    const bySnapshot = await verdict(link);
    expect(bySnapshot.headline === "inForce" && bySnapshot.asOf === asOf, `by snapshot, ${fault}: ${bySnapshot.headline} as of ${bySnapshot.asOf}, not ${asOf}`);
    expect(bySnapshot.text.includes("没有更新"), `by snapshot, ${fault}: does not say that it is not up to date`);
    const ended = await verdict(other);
    expect(ended.headline === "notInForce", `by snapshot, ${fault}: another certificate is ${ended.headline}`);
  }
  everywhere = "older";
  await page.goto(`${base}/v`);
  await page.locator("#kept:not([hidden])").waitFor();
  const after = await page.evaluate(async () => {
    const [name] = (await caches.keys()).filter((one) => one.startsWith("touchstone.register."));
    const read = async (path) => (await (await caches.open(name)).match(path)).text();
    return { snapshot: JSON.parse(await read("/snapshot")).validFrom, log: await read("/log/checkpoint") };
  });
  expect(after.snapshot === asOf, `an older snapshot took the place of a newer: ${after.snapshot}`);
  expect(after.log !== older["/log/checkpoint"], "an older log head took the place of a newer");
  expect(await page.locator('#kept [data-kept="log"]').getAttribute("data-outcome") === "older", "an older log head went unnoticed");
  // Kept for more than a day it is not served while there is network, however slow that is; for less it is.
  const keptFor = (hours) => page.evaluate(async (milliseconds) => {
    const [name] = (await caches.keys()).filter((one) => one.startsWith("touchstone.page."));
    const cache = await caches.open(name);
    const html = (await (await cache.match("/v")).text()).replace("<!-- kept -->", "").replace("</body>", "<!-- kept --></body>");
    await cache.put("/v", new Response(html, { headers: { "content-type": "text/html" } }));
    await cache.put("/assets/kept-at", new Response(String(Date.now() - milliseconds)));
  }, hours * 3600 * 1000);
  for (const [hours, wanted] of [[1, true], [25, false]]) {
    everywhere = "pass";
    await keptFor(hours);
    everywhere = "slow";
    const slow = await device.newPage();
    await slow.goto(`${base}/v`);
    await slow.locator("#another:not([hidden])").waitFor();
    const kept = (await slow.content()).includes("<!-- kept -->");
    expect(kept === wanted, `kept for ${hours} hours, ${kept ? "served" : "not served"} by a slow network`);
    if (!wanted) {
      const took = await slow.evaluate(() => performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/assets/page.js")).duration);
      expect(took > 6_000, `a script kept for ${hours} hours was served, after ${took} ms`);
    }
    await slow.close();
  }
  everywhere = "pass";
  await keptFor(0);
  // What is kept is this build and no other byte.
  everywhere = "cut";
  await page.evaluate(async () => {
    const [name] = (await caches.keys()).filter((one) => one.startsWith("touchstone.page."));
    const cache = await caches.open(name);
    await cache.put("/assets/page.js", new Response("globalThis.stolen = true;", { headers: { "content-type": "text/javascript" } }));
  });
  const altered = await device.newPage();
  await altered.goto(`${base}/v`, { waitUntil: "commit" });
  await altered.locator("#lookup").waitFor();
  expect(await altered.evaluate(() => globalThis.stolen) === undefined, "an altered script was run");
  // With network again, everything comes from there.
  everywhere = "pass";
  const served = [];
  proxy.on("request", ({ url }) => served.push(new URL(url).pathname));
  const again = await verdict(link);
  expect(again.headline === "inForce", `again ${again.headline}`);
  expect(served.includes("/v") && served.includes("/assets/page.js"), `not asked for: ${served}`);
  const manifest = await (await device.request.get(`${base}/assets/manifest.webmanifest`)).json();
  expect(manifest.start_url === "/v" && manifest.display === "standalone", "no manifest");
} catch (error) {
  faults.push(String(error));
}
await browser.close();
proxy.closeAllConnections();
proxy.close();
process.stdout.write(JSON.stringify({ faults, checked }));
