// How long Chromium takes to open a page and to show it: node open.mjs PAGE.html [RUNS]
// Prints one JSON object: the median of wall time from the request to the second frame, and of the processor time of the
// page's main thread, in milliseconds; elements of the page; the time that a filter takes.
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [file, runs = "5"] = process.argv.slice(2);
const address = pathToFileURL(file).href;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const median = (values) => Math.round(values.sort((a, b) => a - b)[Math.floor(values.length / 2)]);
const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

const wall = [];
const busy = [];
const filter = [];
const parts = {};
let elements = 0;
for (let run = 0; run < Number(runs); run += 1) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const protocol = await context.newCDPSession(page);
  await protocol.send("Performance.enable", { timeDomain: "threadTicks" });
  const start = performance.now();
  await page.goto(address, { waitUntil: "load" });
  await page.evaluate(frames);
  wall.push(performance.now() - start);
  const { metrics } = await protocol.send("Performance.getMetrics");
  const value = (name) => metrics.find((metric) => metric.name === name).value * 1000;
  busy.push(value("TaskDuration"));
  for (const name of ["LayoutDuration", "RecalcStyleDuration", "ScriptDuration"]) (parts[name] ??= []).push(value(name));
  elements = await page.evaluate(() => document.getElementsByTagName("*").length);
  if (await page.locator("#filter").isVisible()) {
    const before = performance.now();
    await page.fill("#filter", "unsigned");
    await page.evaluate(frames);
    filter.push(performance.now() - before);
  }
  await context.close();
}
await browser.close();
const shares = Object.fromEntries(Object.entries(parts).map(([name, values]) => [name, median(values)]));
console.log(JSON.stringify({ wall: median(wall), processor: median(busy), ...shares, filter: filter.length ? median(filter) : null, elements }));
