// Searches, filters, sorts and opens. The page is whole without it.
(() => {
  "use strict";
  const step = 200; // how many items are shown at once

  // A list of items with the controls above it.
  function list(form) {
    const box = document.getElementById(form.dataset.filter);
    const status = form.querySelector("[role=status]");
    const fields = [...form.querySelectorAll("[data-by]")];
    let items = [...box.querySelectorAll(".item")];
    let words = null; // text of each item, once it is searched for
    let shown = step;
    const more = document.createElement("button");
    more.type = "button";
    more.className = "moretoshow";
    (box.closest(".wide") || box).after(more);

    const asked = (field) => field.value.trim().toLowerCase();
    function matches(item) {
      return fields.every((field) => {
        const want = asked(field);
        if (!want) return true;
        if (field.dataset.by === "text") return want.split(/\s+/).every((word) => words.get(item).includes(word));
        return (item.dataset[field.dataset.by] || "").toLowerCase() === want ||
          field.dataset.by === "systems" && item.dataset.systems.split(" ").includes(want);
      });
    }
    function textOf(item) {
      const group = item.closest(".finding");
      return ((group ? group.querySelector("h4").textContent + " " : "") + item.textContent).toLowerCase();
    }
    function apply() {
      if (!words && fields.some((field) => field.dataset.by === "text" && asked(field))) {
        words = new Map(items.map((item) => [item, textOf(item)]));
      }
      let n = 0;
      for (const item of items) {
        item.hidden = !matches(item);
        item.classList.toggle("later", !item.hidden && n >= shown);
        if (!item.hidden) n++;
      }
      for (const group of box.querySelectorAll(".finding, .group")) {
        group.hidden = !group.querySelector(".item:not([hidden])");
        group.classList.toggle("later", !group.hidden && !group.querySelector(".item:not([hidden]):not(.later)"));
      }
      status.textContent = `${n} of ${items.length} ${box.dataset.things}` + (n > shown ? `, the first ${shown} shown` : "");
      more.hidden = n <= shown;
      more.textContent = `Show ${Math.min(step, n - shown)} more of ${n}`;
    }
    let timer = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => { shown = step; apply(); }, 100);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    more.addEventListener("click", () => { shown += step; apply(); });
    box.addEventListener("sorted", () => { items = [...box.querySelectorAll(".item")]; apply(); });
    form.hidden = items.length < 2;
    apply();
    return (item) => { // shows an item that someone was led to
      const at = items.indexOf(item);
      if (at < 0) return;
      if (item.hidden) for (const field of fields) field.value = "";
      shown = Math.max(shown, at + 1);
      apply();
    };
  }
  const lists = [...document.querySelectorAll("form[data-filter]")].map(list);

  for (const button of document.querySelectorAll("[data-open]")) {
    button.addEventListener("click", () => {
      const all = [...document.getElementById(button.dataset.open).querySelectorAll(".item:not([hidden]):not(.later) details.evidence")];
      const open = all.some((details) => !details.open);
      for (const details of all) details.open = open;
      button.textContent = open ? "Close all evidence" : "Open all evidence";
    });
  }

  // A link leads to what is closed, or further down in its list.
  function reveal() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target) return;
    const item = target.closest(".item");
    if (item) for (const show of lists) show(item);
    for (let details = target.closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  reveal();

  // Print opens what belongs on paper, and closes it again.
  let opened = [];
  addEventListener("beforeprint", () => {
    if (document.body.classList.contains("large")) return;
    opened = [...document.querySelectorAll("details.prints:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => { for (const details of opened) details.open = false; });
})();
