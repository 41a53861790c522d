"use strict";
(() => {
  const tools = document.getElementById("tools");
  const search = document.getElementById("search");
  const impact = document.getElementById("impact");
  const found = document.getElementById("found");
  const groups = Array.from(document.querySelectorAll("details.group"), (element) => ({
    element,
    title: element.querySelector("summary").textContent.toLowerCase(),
    rows: Array.from(element.querySelectorAll("tbody tr, li"), (row) => ({ row, text: row.textContent.toLowerCase() })),
  }));
  const sections = Array.from(document.querySelectorAll("section"));
  const total = groups.reduce((sum, group) => sum + group.rows.length, 0);
  // Groups that the search opened, to close them again when it ends.
  const opened = new Set();

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = impact.value;
    let count = 0;
    for (const group of groups) {
      let shown = 0;
      for (const { row, text } of group.rows) {
        const matches = words.every((word) => text.includes(word) || group.title.includes(word));
        const fits = wanted === "" || row.classList.contains(wanted);
        row.hidden = !(matches && fits);
        shown += row.hidden ? 0 : 1;
      }
      group.element.hidden = shown === 0;
      count += shown;
      if (words.length > 0 && shown > 0 && !group.element.open) {
        group.element.open = true;
        opened.add(group.element);
      } else if (words.length === 0 && opened.delete(group.element)) {
        group.element.open = false;
      }
    }
    const filters = words.length > 0 || wanted !== "";
    for (const section of sections) {
      section.hidden = filters && section.querySelector("details.group:not([hidden])") === null;
    }
    found.value = filters ? `${count} of ${total}` : "";
  };

  const openTarget = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id === "" ? null : document.getElementById(id);
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.scrollIntoView();
    }
  };

  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filter, 80);
  });
  impact.addEventListener("change", filter);
  document.getElementById("open-all").addEventListener("click", () => {
    for (const group of groups) group.element.open = !group.element.hidden;
  });
  document.getElementById("close-all").addEventListener("click", () => {
    for (const group of groups) group.element.open = false;
    opened.clear();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && document.activeElement === search) {
      search.value = "";
      filter();
    }
  });
  tools.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", openTarget);
  tools.hidden = false;
  // A search can be a part of the address: `review.html?q=account`.
  const query = new URLSearchParams(location.search).get("q");
  if (query !== null) {
    search.value = query;
    filter();
  }
  openTarget();
})();
