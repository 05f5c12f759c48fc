"use strict";
(() => {
  // Rows drawn at once: some three screens. To lay out one takes nearly a millisecond; more are drawn as they come near.
  const CHUNK = 20;
  const AGE_EVERY_MS = 30_000;

  const data = JSON.parse(document.getElementById("data").textContent);
  const element = (id) => document.getElementById(id);
  // Some are there only where a brief was reviewed or is watched for.
  const controls = Object.fromEntries(["text", "severity", "check", "review", "watch", "order"]
    .map((name) => [name, element(name)]).filter(([, control]) => control));
  const filters = Object.values(controls).filter((control) => control !== controls.order);
  const list = element("briefs");
  const more = element("more");
  const row = element("row").content;

  // Spellings of one word are one: أ and ا, ة and ه, with marks and without, and Latin letters with accents.
  const folded = new RegExp(`[${Object.keys(data.fold).join("")}]`, "gu");  // none of them is of ASCII
  const fold = (text) => text.normalize("NFC").replace(folded, (character) => data.fold[character])
    .normalize("NFD").replace(/[\u0300-\u036f\u0653-\u0655]/g, "").toLowerCase();

  const haystack = (brief) => brief.folded ??=
    fold([brief.english, brief.arabic, brief.summary, brief.arabicSummary, brief.id].join("\n"));

  const collator = new Intl.Collator("en", { numeric: true });
  const orders = {
    worst: () => data.briefs,  // as it comes
    newest: () => [...data.briefs].sort((one, other) => other.when - one.when),
    name: () => [...data.briefs].sort((one, other) => collator.compare(one.id, other.id)),
  };
  const sorted = {};

  const bySeverity = {
    "": () => true,
    error: (brief) => brief.severity === "error",
    flagged: (brief) => brief.severity === "error" || brief.severity === "warning",
    clean: (brief) => brief.severity === "",
  };

  const byReview = {
    "": () => true,
    not: (brief) => !brief.review?.includes("reviewed"),
    reviewed: (brief) => brief.review?.includes("reviewed"),
    reopened: (brief) => brief.review?.includes("reopened"),
  };

  // A piece of Arabic in an English sentence, from its first letter or digit to its last.
  const ARABIC = new RegExp(data.arabic, "u");

  // Each piece is set apart, or it would set the marks and numbers beside it in another order.
  const mixed = (text) => text.split(ARABIC).map((piece, place) => {
    if (place % 2 === 0) return piece;
    const arabic = document.createElement("bdi");
    arabic.lang = "ar";
    arabic.dir = "rtl";
    arabic.textContent = piece;
    return arabic;
  });

  let shown = data.briefs;
  let drawn = 0;

  function chosen() {
    const order = controls.order.value;
    const briefs = sorted[order] ??= orders[order]();
    const words = fold(controls.text.value).split(/\s+/).filter(Boolean);
    const fits = bySeverity[controls.severity.value];
    const check = controls.check.value;
    const reviewed = byReview[controls.review?.value ?? ""];
    const watch = controls.watch?.value;
    return briefs.filter((brief) => fits(brief) && (!check || brief.checks.includes(check)) &&
      reviewed(brief) && (!watch || brief.watch?.includes(watch)) &&
      words.every((word) => haystack(brief).includes(word)));
  }

  function rowOf(brief) {
    const item = row.cloneNode(true);
    const part = (selector) => item.querySelector(selector);
    const link = part("a");
    link.textContent = brief.english;
    link.href = brief.page;
    for (const name of ["id", "date", "summary"]) part(`.${name}`).textContent = brief[name];
    part(".words").textContent = `${brief.words.toLocaleString("en")} words`;
    if (brief.arabic) part(".headline").textContent = brief.arabic;
    else part(".headline").remove();
    if (!brief.summary) part(".summary").remove();
    part(".severity").textContent = brief.counted && `${brief.counted}.`;
    part(".told").append(...mixed(brief.status));
    if (brief.killed) {
      part(".brief").classList.add("killed");
      part(".status").remove();
    } else if (brief.severity || brief.look) part(".status").classList.add("flag", brief.severity || brief.look);
    if (brief.marks) part(".marks").append(...brief.marks.flatMap(markOf));
    else part(".marks").remove();
    if (brief.also) part(".also").append("Also filed by: ", ...brief.also.flatMap(copyOf), brief.more ? ` and ${brief.more.toLocaleString("en")} more` : "");
    else part(".also").remove();
    return item;
  }

  function markOf([weight, text]) {
    const mark = document.createElement("span");
    mark.className = `mark ${weight}`;
    mark.append(...mixed(text));
    return [mark, " "];
  }

  function copyOf([name, page, killed], place) {
    const link = document.createElement("a");
    const isolated = document.createElement("bdi");
    link.href = page;
    isolated.textContent = name;
    link.append(isolated);
    return [place ? ", " : "", link, killed ? " (killed)" : ""];
  }

  const nearing = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) draw(drawn + CHUNK);
  }, { rootMargin: "1200px" });

  function draw(upTo) {
    const end = Math.min(upTo, shown.length);
    const rows = document.createDocumentFragment();
    for (; drawn < end; drawn += 1) rows.append(rowOf(shown[drawn]));
    list.append(rows);
    more.hidden = drawn === shown.length;
    nearing.unobserve(more);
    nearing.observe(more);  // tells anew where it is
  }

  function update() {
    shown = chosen();
    drawn = 0;
    list.replaceChildren();
    draw(CHUNK);
    const all = data.briefs.length.toLocaleString("en");
    const briefs = data.partial ? "briefs of this page" : "briefs";
    element("count").textContent = data.briefs.length === 0 ? "There are no briefs yet."
      : shown.length === data.briefs.length ? `All ${all} ${briefs} are shown.`
      : shown.length === 0 ? `None of ${all} ${briefs} fits.`
      : `${shown.length.toLocaleString("en")} of ${all} ${briefs} are shown.`;
  }

  let remembering;

  // The choice stands in the address, so that it is still there after a brief was read.
  function remember() {
    clearTimeout(remembering);
    const choice = new URLSearchParams();
    for (const [name, control] of Object.entries(controls)) {
      if (control.value && !(name === "order" && control.value === "worst")) choice.set(name, control.value);
    }
    history.replaceState(null, "", choice.size ? `#${choice}` : location.pathname + location.search);
  }

  function recall() {
    const choice = new URLSearchParams(location.hash.slice(1));
    for (const [name, control] of Object.entries(controls)) {
      control.value = choice.get(name) ?? (name === "order" ? "worst" : "");
      if (control.selectedIndex === -1) control.selectedIndex = 0;
    }
  }

  function age() {
    const seconds = Math.max(0, (Date.now() - Date.parse(data.updated)) / 1000);
    const [number, unit] = seconds < 5400 ? [seconds / 60, "minute"] : seconds < 129_600 ? [seconds / 3600, "hour"] : [seconds / 86_400, "day"];
    const count = Math.round(number);
    const ago = count === 0 ? "just now" : `${count} ${unit}${count === 1 ? "" : "s"} ago`;
    const stale = seconds > data.staleAfter;
    element("updated").classList.toggle("stale", stale);
    element("age").textContent = ` (${ago})${stale ? ": this page may be out of date" : ""}`;
  }

  for (const control of Object.values(controls)) {
    control.addEventListener("input", () => {
      update();
      clearTimeout(remembering);
      remembering = setTimeout(remember, 300);  // browsers refuse too many in a row
    });
    control.addEventListener("change", remember);  // and when the field is left, before a link leads elsewhere
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      controls.text.focus();
      controls.text.select();
    } else if (event.key === "Escape" && filters.some((control) => control.value)) {
      for (const control of filters) control.value = "";
      update();
      remember();
    }
  });
  more.addEventListener("click", () => {
    const next = drawn;
    draw(drawn + CHUNK);
    list.children[next]?.querySelector("a").focus();
  });
  addEventListener("beforeprint", () => draw(shown.length));
  addEventListener("hashchange", () => {
    if (location.hash.includes("=")) {  // not a link to a part of the page
      recall();
      update();
    }
  });

  element("controls").hidden = false;
  recall();
  update();
  if (data.updated) {
    age();
    setInterval(age, AGE_EVERY_MS);
  }
  // While nobody types yet, so that the first keystroke is as quick as the others.
  setTimeout(() => data.briefs.forEach(haystack), 0);
})();
