// Opens the exported page of the vendor catalog in Chromium and uses it, by keyboard where it can be: node vendors.mjs
// PAGE.html [SCREENSHOTS]. Prints one JSON object with what was seen; tests/vendors_page.rs says what it should be.
import { PHONE, browser, examine, open, pictures, seen } from "./reader.mjs";

const [file, screenshots] = process.argv.slice(2);
const page = await open(file);
const shown = () => page.$$eval("#products tbody tr", (rows) => rows.filter((row) => row.getClientRects().length).map((row) => row.id));
const dates = () => page.$$eval("#products tbody tr", (rows) => rows.map((row) => row.dataset.date));
const found = async (text) => {
  await page.fill("#search", text);
  return shown();
};

if (screenshots) await page.screenshot({ path: `${screenshots}/vendors-desktop.png` });
seen.all = await shown();
// The keyboard alone: / leads to the search.
await page.keyboard.press("/");
seen.focused = await page.evaluate(() => document.activeElement.id);
await page.keyboard.type("igor pavlov");
seen.byVendor = await shown();
seen.count = await page.textContent("#count");
seen.byCode = await found("23170F69-40C1");
seen.byNothing = await found("no such product anywhere");
seen.nothingSaid = await page.locator("#nothing").isVisible();
await found("");
await page.selectOption("#status", "signed-since");
seen.signed = await shown();
await page.selectOption("#status", "");
seen.again = (await shown()).length;
// Sorting with the keyboard.
const byDate = page.locator('button[data-key="date"]');
await byDate.press("Enter");
seen.oldestFirst = await dates();
seen.sorted = await page.locator("th", { has: byDate }).getAttribute("aria-sort");
await byDate.press("Enter");
seen.newestFirst = await dates();
seen.links = await page.evaluate(() => Array.from(document.links).map((link) => {
  const target = link.getAttribute("href");
  return [link.protocol, link.rel, !target.startsWith("#") || document.getElementById(target.slice(1)) !== null];
}));
// A link to a product shows it, whatever is searched for.
await found("winmerge");
await page.evaluate(() => { location.hash = "#seamonkey"; });
await page.waitForSelector("#seamonkey details[open]");
seen.revealed = await page.locator("#seamonkey").isVisible();

const dark = await open(file, { colorScheme: "dark" });
seen.darkPaper = await dark.evaluate(() => getComputedStyle(document.body).backgroundColor);
await examine(file);
if (screenshots) {
  await pictures(file, `${screenshots}/vendors-`);
  const phone = await open(file, { viewport: PHONE, colorScheme: "dark" });
  await phone.screenshot({ path: `${screenshots}/vendors-phone-dark.png` });
}
await browser.close();
console.log(JSON.stringify(seen));
