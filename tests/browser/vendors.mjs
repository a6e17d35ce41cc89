// Drives the exported page in Chromium through the DevTools protocol: node --experimental-websocket vendors.mjs CHROMIUM PAGE [SCREENSHOT-PREFIX].
// Needs nothing but Node, from 20.10 on with --experimental-websocket. Prints one JSON object.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [chromium, page, shots] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "badsig-browser-"));
const browser = spawn(chromium, ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
  "--disable-dev-shm-usage", `--user-data-dir=${profile}`, "--remote-debugging-port=0", "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
const endpoint = await new Promise((resolve, reject) => {
  let text = "";
  browser.stderr.on("data", (data) => {
    text += data;
    const found = /DevTools listening on (ws:\S+)/.exec(text);
    if (found) resolve(found[1]);
  });
  browser.on("exit", () => reject(new Error(text)));
  setTimeout(() => reject(new Error(`no DevTools endpoint: ${text}`)), 60000).unref();
});

const socket = new WebSocket(endpoint);
await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
let last = 0;
const waiting = new Map();
const complaints = [];
const requests = [];
let loaded;
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.id) return waiting.get(message.id)(message);
  const { method, params } = message;
  if (method === "Page.loadEventFired") loaded();
  if (method === "Runtime.exceptionThrown") complaints.push(params.exceptionDetails.text);
  if (method === "Runtime.consoleAPICalled" && ["error", "warning", "assert"].includes(params.type)) complaints.push(JSON.stringify(params.args));
  if (method === "Log.entryAdded" && ["error", "warning"].includes(params.entry.level)) complaints.push(params.entry.text);
  if (method === "Network.requestWillBeSent") requests.push(params.request.url);
};
let session;
const call = (method, params = {}) => new Promise((resolve, reject) => {
  const id = ++last;
  waiting.set(id, (answer) => (answer.error ? reject(new Error(`${method}: ${answer.error.message}`)) : resolve(answer.result)));
  socket.send(JSON.stringify({ id, method, params, ...(session ? { sessionId: session } : {}) }));
});
const look = async (expression) => {
  const { result, exceptionDetails } = await call("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
  if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
  return result.value;
};
const type = async (text) => {
  await look(`document.getElementById("search").select()`);
  await call("Input.insertText", { text });
};
const key = async (name, code, extra = {}) => {
  for (const kind of ["keyDown", "keyUp"]) await call("Input.dispatchKeyEvent", { type: kind, key: name, code: name, windowsVirtualKeyCode: code, ...extra });
};
const shown = `Array.from(document.querySelectorAll("#products tbody tr")).filter((row) => row.offsetParent !== null || row.getClientRects().length).map((row) => row.id)`;
const shot = async (name, width, height, dark) => {
  await call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
  await call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] });
  if (!shots) return;
  const { data } = await call("Page.captureScreenshot", { format: "png" });
  writeFileSync(`${shots}-${name}.png`, Buffer.from(data, "base64"));
};

const answer = {};
try {
  const { targetId } = await call("Target.createTarget", { url: "about:blank" });
  session = (await call("Target.attachToTarget", { targetId, flatten: true })).sessionId;
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await call(`${domain}.enable`);
  const open = async (url) => {
    const ready = new Promise((resolve) => { loaded = resolve; });
    await call("Page.navigate", { url });
    await ready;
  };
  const url = pathToFileURL(page).href;
  await open(url);
  await shot("desktop", 1280, 900, false);
  answer.all = await look(shown);
  // The keyboard alone: / leads to the search.
  await key("/", 191, { text: "/" });
  answer.focused = await look("document.activeElement.id");
  await type("igor pavlov");
  answer.byVendor = await look(shown);
  answer.count = await look(`document.getElementById("count").textContent`);
  await type("23170F69-40C1");
  answer.byCode = await look(shown);
  await type("no such product anywhere");
  answer.byNothing = await look(shown);
  answer.nothingSaid = await look(`!document.getElementById("nothing").hidden`);
  await type("");
  await key("Backspace", 8);
  await look(`(() => { const s = document.getElementById("status"); s.value = "signed-since"; s.dispatchEvent(new Event("change")); })()`);
  answer.signed = await look(shown);
  await look(`(() => { const s = document.getElementById("status"); s.value = ""; s.dispatchEvent(new Event("change")); })()`);
  answer.again = (await look(shown)).length;
  // Sorting with the keyboard.
  await look(`document.querySelector('button[data-key="date"]').focus()`);
  await key("Enter", 13, { text: "\r" });
  answer.oldestFirst = await look(`Array.from(document.querySelectorAll("#products tbody tr")).map((row) => row.dataset.date)`);
  answer.sorted = await look(`document.querySelector('button[data-key="date"]').closest("th").getAttribute("aria-sort")`);
  await key("Enter", 13, { text: "\r" });
  answer.newestFirst = await look(`Array.from(document.querySelectorAll("#products tbody tr")).map((row) => row.dataset.date)`);
  answer.links = await look(`Array.from(document.links).map((a) => [a.protocol, a.rel, a.getAttribute("href").startsWith("#") ? !!document.getElementById(a.getAttribute("href").slice(1)) : true])`);
  await type("winmerge");
  await look(`location.hash = "#seamonkey"`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  answer.revealed = await look(`[document.querySelector("#seamonkey details").open, !document.getElementById("seamonkey").hidden]`);
  await open(`${url}?phone`);
  await shot("phone", 390, 844, false);
  answer.phoneOverflow = await look("document.documentElement.scrollWidth - document.documentElement.clientWidth");
  await shot("phone-dark", 390, 844, true);
  await shot("dark", 1280, 900, true);
  answer.darkPaper = await look("getComputedStyle(document.body).backgroundColor");
  answer.requests = requests.filter((own) => !own.startsWith("file:") && !own.startsWith("data:"));
  answer.complaints = complaints;
  console.log(JSON.stringify(answer));
} finally {
  browser.kill("SIGKILL");
  await new Promise((resolve) => setTimeout(resolve, 100));
  try { rmSync(profile, { recursive: true, force: true, maxRetries: 5 }); } catch { /* the browser may still be writing */ }
  process.exit(answer.complaints ? 0 : 1);
}
