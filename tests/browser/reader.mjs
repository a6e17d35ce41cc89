// A reader with Chromium: opens a page, notes what it complains of and asks for, and lets axe-core look at it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

/// What the pages of this run complained of, asked for beside themselves, and what axe found.
export const seen = { errors: [], requests: [], violations: [] };

export const WIDE = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

export async function open(file, options = {}) {
  const address = pathToFileURL(file).href;
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const page = await context.newPage();
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && seen.errors.push(message.text()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("request", (request) => request.url() !== address && seen.requests.push(request.url()));
  await page.goto(address, { waitUntil: "load" });
  return page;
}

/// Accessibility with everything unfolded, light and dark, wide and narrow. The policy of the page would stop axe.
export async function examine(file) {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  seen.overflow = 0;
  for (const options of [{}, { colorScheme: "dark" }, { viewport: PHONE }]) {
    const page = await open(file, { ...options, bypassCSP: true });
    await page.$$eval("details", (found) => found.forEach((part) => (part.open = true)));
    await page.evaluate(axe);
    const result = await page.evaluate(() => axe.run());
    for (const { id, nodes } of result.violations) {
      seen.violations.push(`${id}: ${nodes.slice(0, 3).map((node) => `${node.html} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
    }
    seen.overflow += await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
    await page.close();
  }
}

/// Pictures of the whole page: dark, on a phone, wide.
export async function pictures(file, prefix) {
  for (const [name, options] of [["dark", { colorScheme: "dark" }], ["phone", { viewport: PHONE }], ["wide", {}]]) {
    const page = await open(file, options);
    await page.screenshot({ path: `${prefix}${name}.png`, fullPage: true });
    await page.close();
  }
}
