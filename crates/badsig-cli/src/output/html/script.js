"use strict";
(() => {
  const body = document.querySelector("tbody");
  const tools = document.getElementById("tools");
  if (!body || !tools) return;
  const rows = Array.from(body.rows, (row, order) => ({ row, order, verdict: row.cells[0].textContent }));
  const filter = document.getElementById("filter");
  const boxes = Array.from(tools.querySelectorAll("input[name=verdict]"));
  const count = document.getElementById("shown-count");

  // Texts are read when somebody looks for them: first those of the row, then those of the file's section with the
  // certificates that it refers to, where signers and digests stand.
  const lower = (element) => element?.textContent.toLowerCase() ?? "";
  const places = new Map();
  const place = (link) => {
    const id = link.getAttribute("href").slice(1);
    if (!places.has(id)) places.set(id, lower(document.getElementById(id)));
    return places.get(id);
  };
  const section = (entry) => (entry.section ??= document.getElementById(entry.row.cells[1].firstElementChild.getAttribute("href").slice(1))?.parentElement);
  const text = (entry) => (entry.text ??= lower(entry.row));
  const whole = (entry) =>
    (entry.whole ??= [lower(section(entry)), ...Array.from(section(entry)?.querySelectorAll('a[href^="#k"]') ?? [], place)].join(" "));

  let hidden = 0;
  const show = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const gone = rows.filter((entry) => !(verdicts.has(entry.verdict) && words.every((word) => text(entry).includes(word) || whole(entry).includes(word))));
    if (gone.length > 0 || hidden > 0) {
      const set = new Set(gone);
      for (const entry of rows) {
        entry.row.hidden = set.has(entry);
        if (section(entry)) section(entry).hidden = set.has(entry);
      }
    }
    hidden = gone.length;
    const files = rows.length === 1 ? "file" : "files";
    count.textContent = hidden === 0 ? `${rows.length} ${files}` : `${rows.length - hidden} of ${rows.length} ${files}`;
  };

  const rank = { blocked: 0, undecided: 1, publishable: 2 };
  const order = new Intl.Collator("en", { numeric: true });
  const compare = (column, key) => (a, b) =>
    key === "verdict" ? rank[a.verdict] - rank[b.verdict] : order.compare(a.row.cells[column].textContent, b.row.cells[column].textContent);

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
