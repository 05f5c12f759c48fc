// The brief in a browser: lights a sentence and its counterpart, goes from flag to flag, copies. Without it all text is there.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const copies = JSON.parse(byId("data").textContent);
  const said = byId("said");
  const flagged = [...document.querySelectorAll("[data-flagged]")];
  let at = -1;

  document.querySelector(".tools").hidden = false;

  const pairs = new Map();
  for (const sentence of document.querySelectorAll("[data-s]")) {
    const pair = pairs.get(sentence.dataset.s) ?? [];
    pairs.set(sentence.dataset.s, [...pair, sentence]);
  }

  function light(event, way, on) {
    const sentence = event.target.closest?.("[data-s]");
    if (!sentence) return;
    for (const one of pairs.get(sentence.dataset.s)) one.classList.toggle(way, on);
  }
  for (const [way, start, end] of [["pointed", "mouseover", "mouseout"], ["focused", "focusin", "focusout"]]) {
    document.addEventListener(start, (event) => light(event, way, true));
    document.addEventListener(end, (event) => light(event, way, false));
  }
  document.addEventListener("focusin", (event) => {
    const found = flagged.indexOf(event.target);
    if (found >= 0) at = found;
  });

  function go(step) {
    const count = flagged.length;
    if (!count) return;
    at = at < 0 && step < 0 ? count - 1 : (at + step + count) % count;
    flagged[at].focus({ preventScroll: true });
    flagged[at].scrollIntoView({ block: "center" });
    said.textContent = `Flag ${at + 1} of ${count}`;
  }
  byId("next")?.addEventListener("click", () => go(1));
  byId("previous")?.addEventListener("click", () => go(-1));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
    if (event.key === "n") go(1);
    if (event.key === "p") go(-1);
  });

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text);
    }
  }
  // Where a page may not use the clipboard: http, and some browsers over file.
  function copyBySelection(text) {
    const before = document.activeElement;
    const area = document.createElement("textarea");
    area.className = "copied-from";
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    before?.focus();
    return done;
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const done = await copy(copies[button.dataset.copy]);
      said.textContent = done ? `Copied: ${button.dataset.copy}` : "The browser did not allow copying";
    });
  }

  // A link to something folded unfolds it.
  function unfold() {
    const details = byId(location.hash.slice(1))?.closest("details");
    if (details) details.open = true;
  }
  window.addEventListener("hashchange", unfold);
  unfold();

  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  });
})();
