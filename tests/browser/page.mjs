// Opens a report in Chromium and looks at it as a reader would: node page.mjs REPORT.html [SCREENSHOTS]
// Prints one JSON object with what was seen; tests/html.rs says what it should be.
import { browser, examine, open, pictures, seen } from "./reader.mjs";

const [file, screenshots] = process.argv.slice(2);
const rows = (page) => page.$$eval("tbody tr:not([hidden])", (found) => found.map((row) => row.querySelector("th").textContent));

const start = performance.now();
const page = await open(file);
seen.milliseconds = Math.round(performance.now() - start);
seen.title = await page.title();
seen.rows = (await rows(page)).length;
// Drawings are made once and used by reference.
seen.chains = await page.$$eval("figure.chain use", (found) =>
  found.map((use) => document.querySelector(use.getAttribute("href")).querySelectorAll("rect").length).reduce((sum, bars) => sum + bars, 0));
seen.stamps = await page.$$eval("figure.chain line.stamp", (found) => found.length);
seen.timeline = await page.$$eval("figure.timeline circle.end", (found) => found.length);
seen.members = await page.$$eval("ul.members > li", (found) => found.length);
if (screenshots) await page.screenshot({ path: `${screenshots}/desktop.png` });

if (seen.rows > 0) {
  // Filter by verdict and by words.
  await page.uncheck("input[value=blocked]");
  seen.withoutBlocked = await page.$$eval("tbody tr:not([hidden])", (found) => found.map((row) => row.cells[0].textContent));
  await page.check("input[value=blocked]");
  await page.fill("#filter", process.env.FILTER ?? "unsigned");
  seen.filtered = await rows(page);
  seen.sectionsFiltered = await page.$$eval("details.file:not([hidden])", (found) => found.length);
  seen.count = await page.textContent("#shown-count");
  await page.fill("#filter", "");
  // Sort by name, both ways.
  await page.click("thead th[data-key=file] button");
  seen.ascending = await rows(page);
  await page.click("thead th[data-key=file] button");
  seen.descending = await rows(page);
  seen.sort = await page.getAttribute("thead th[data-key=file]", "aria-sort");
  // A link from the table opens the section that it leads to.
  await page.$$eval("details.file", (found) => found.forEach((section) => (section.open = false)));
  await page.click("tbody tr th a");
  await page.waitForSelector("details.file[open]");
  seen.opened = await page.$$eval("details.file[open]", (found) => found.length);
  await page.click("details.file[open] > summary");
  seen.folded = await page.$$eval("details.file[open]", (found) => found.length);
}

if (!process.env.QUICK) {
  await examine(file);
  // Without scripts everything can be read.
  const still = await open(file, { javaScriptEnabled: false });
  seen.withoutScript = await still.locator("tbody tr").count();
  seen.toolsWithoutScript = await still.locator("#tools").isVisible();
  await still.close();
  if (screenshots) {
    await pictures(file, `${screenshots}/`);
    await page.emulateMedia({ media: "print" });
    await page.pdf({ path: `${screenshots}/print.pdf`, format: "A4" });
  }
}
await browser.close();
console.log(JSON.stringify(seen));
