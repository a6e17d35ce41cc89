"use strict";
(() => {
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const count = document.getElementById("count");
  const nothing = document.getElementById("nothing");
  const body = document.querySelector("#products tbody");
  const rows = Array.from(body.rows);
  const buttons = Array.from(document.querySelectorAll("#products thead button"));
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const fold = new Intl.Collator("en", { sensitivity: "base", numeric: true });

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = (!status.value || row.dataset.status === status.value)
        && words.every((word) => texts.get(row).includes(word));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    count.textContent = `${shown} of ${rows.length} products`;
    nothing.hidden = shown > 0;
  }

  function sort(button) {
    const heading = button.closest("th");
    const descending = heading.getAttribute("aria-sort") === "ascending";
    for (const other of buttons) other.closest("th").setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const key = button.dataset.key;
    const order = (left, right) => fold.compare(left.dataset[key], right.dataset[key])
      || fold.compare(left.dataset.product, right.dataset.product);
    rows.sort((left, right) => (descending ? order(right, left) : order(left, right)));
    body.append(...rows);
  }

  /* A link to a product must not lead to a row that the search hides. */
  function reveal() {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row || !rows.includes(row)) return;
    if (row.hidden) {
      search.value = "";
      status.value = "";
      filter();
    }
    row.querySelector("details").open = true;
    row.scrollIntoView({ block: "center" });
  }

  search.addEventListener("input", filter);
  status.addEventListener("change", filter);
  for (const button of buttons) button.addEventListener("click", () => sort(button));
  addEventListener("hashchange", reveal);
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
  });
  filter();
  reveal();
})();
