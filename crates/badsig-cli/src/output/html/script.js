"use strict";
(() => {
  const body = document.querySelector("tbody");
  const tools = document.getElementById("tools");
  if (!body || !tools) return;
  const rows = Array.from(body.rows, (row, order) => ({
    row,
    order,
    verdict: row.dataset.verdict,
    section: document.getElementById("d" + row.dataset.number),
    text: row.textContent.toLowerCase(),
    cells: Array.from(row.cells, (cell) => cell.textContent.trim()),
  }));
  const filter = document.getElementById("filter");
  const boxes = Array.from(tools.querySelectorAll("input[name=verdict]"));
  const count = document.getElementById("shown-count");

  // Signers and digests stand in the sections, which are read when somebody looks for them.
  const whole = (entry) => (entry.whole ??= entry.text + " " + (entry.section?.textContent.toLowerCase() ?? ""));

  const show = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const entry of rows) {
      const fits = verdicts.has(entry.verdict) && words.every((word) => entry.text.includes(word) || whole(entry).includes(word));
      entry.row.hidden = !fits;
      if (entry.section) entry.section.hidden = !fits;
      if (fits) shown += 1;
    }
    count.textContent = shown === rows.length ? `${shown} files` : `${shown} of ${rows.length} files`;
  };

  const rank = { blocked: 0, undecided: 1, publishable: 2 };
  const compare = (column, key) => (a, b) =>
    key === "verdict" ? rank[a.verdict] - rank[b.verdict] : a.cells[column].localeCompare(b.cells[column], "en", { numeric: true });

  const headings = Array.from(document.querySelectorAll("thead th"));
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const direction = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", direction);
      const sign = direction === "ascending" ? 1 : -1;
      const by = compare(column, heading.dataset.key);
      rows.sort((a, b) => sign * by(a, b) || a.order - b.order);
      body.append(...rows.map((entry) => entry.row));
    });
  });

  filter.addEventListener("input", show);
  boxes.forEach((box) => box.addEventListener("change", show));
  tools.hidden = false;
  show();
})();
