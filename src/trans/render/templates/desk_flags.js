// Reviewing a brief, putting flags aside, correcting names, adding to the glossary: a button each.
(() => {
  "use strict";
  const { data, element, say, ask, again, form } = desk;

  function button(text, act, label) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "small screen";
    made.textContent = text;
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", () => act(made));
    return made;
  }
  const quoted = (item) => item.textContent.replace(/\s+/g, " ").trim().slice(0, 80);

  const review = element("review");
  review.querySelector("span").textContent = data.reviewed ? "Undo the review" : "Mark reviewed";
  async function mark() {
    if (review.getAttribute("aria-busy")) return;
    review.setAttribute("aria-busy", "true");
    const told = await ask({ kind: data.reviewed ? "unreviewed" : "reviewed", text: data.text });
    review.removeAttribute("aria-busy");
    if (told.ok) again(data.reviewed ? "The review is undone." : "Marked reviewed.", "review");
    else say(`${told.message} ${told.hint}`);
  }
  review.addEventListener("click", mark);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select, dialog *")) return;
    if (event.key === "r") {
      event.preventDefault();  // the letter is none of the name that may be asked for
      mark();
    }
  });

  // One reason for all of a fault's places; the first that fails says why.
  async function dismiss(flags, reason) {
    let told = { ok: true };
    for (const flag of flags) {
      told = await ask({ kind: "dismissed", flag, reason });
      if (!told.ok) return told;
    }
    again("Dismissed.", "status");
    return told;
  }
  for (const item of document.querySelectorAll("li[data-flag], li[data-flags]")) {
    const numbers = (item.dataset.flag ?? item.dataset.flags).split(" ").filter(Boolean).map(Number);
    const flags = numbers.map((number) => data.flags[number]).filter(Boolean);
    if (!flags.length) continue;
    item.append(button("Dismiss", () => {
      if (item.querySelector(".desk-form")) return;
      const made = form("reason-form", {}, (one) => item.append(one), {
        save: ({ reason }) => reason.trim() ? dismiss(flags, reason)
          : { ok: false, message: "There is no reason.", hint: "Write why the flag can be put aside." },
      });
      made.fields[0].focus();
    }, `Dismiss: ${quoted(item)}`));
  }
  for (const item of document.querySelectorAll("[data-dismissed]")) {
    const flag = data.dismissed[Number(item.dataset.dismissed)];
    if (!flag) continue;
    item.append(button("Take up again", async () => {
      const told = await ask({ kind: "restored", flag });
      if (told.ok) again("The flag is there again.", "status");
      else say(`${told.message} ${told.hint}`);
    }, `Take up again: ${quoted(item)}`));
  }

  // One click where it is clear what is meant, else a form with both terms.
  async function add(typed) {
    const told = await ask({ kind: "term", source: typed.source, new: typed.new });
    if (told.ok) say([`${told.said}.`, told.note].filter(Boolean).join(" "));
    return told;
  }
  desk.term = (values, place) => {
    const made = form("term-form", values, place, {
      async save(typed) {
        const told = await add(typed);
        if (told.ok) made.close();
        return told;
      },
    });
    made.fields[0].focus();
  };

  const rows = [...document.querySelectorAll("tr[data-name]")];
  for (const row of rows) {
    const name = data.names[Number(row.dataset.name)];
    const cell = document.createElement("td");
    const below = document.createElement("td");
    below.className = "under";
    below.colSpan = row.cells.length + 1;
    const under = (one) => below.append(one);
    const known = `${name.en[0] ?? ""} ${name.ar[0]}`.trim();
    cell.className = "at-desk";
    cell.append(
      button("Correct", () => {
        if (below.firstChild) return;
        const made = form("name-form", { source: name.ar[0], old: name.en[0], new: name.en[0] }, under, {
          async save(typed) {
            const told = await ask({ kind: "name", source: typed.source, old: typed.old, new: typed.new });
            if (told.ok) again(told.done ? "The name is corrected." : "So it is written already.", "names");
            return told;
          },
          async revert(typed) {
            const told = await ask({ kind: "reverted", source: typed.source });
            if (told.ok) again("Corrections of the name are taken back.", "names");
            return told;
          },
        });
        made.fields[2].focus();
        made.fields[2].select();
      }, `Correct: ${known}`),
      button("To the glossary", async () => {
        if (below.firstChild) return;
        if (name.en.length === 1) {
          const told = await add({ source: name.ar[0], new: name.en[0] });
          if (told.ok) return;
          say(told.message);
        }
        desk.term({ source: name.ar[0], new: name.en[0] ?? "" }, under);
      }, `To the glossary: ${known}`),
    );
    row.append(cell);
    row.after(document.createElement("tr"));
    row.nextSibling.append(below);
  }
  const heads = rows[0]?.closest("table").tHead.rows[0];
  if (heads) {
    const head = document.createElement("th");
    head.scope = "col";
    head.className = "at-desk";
    head.textContent = "At the desk";
    heads.append(head);
  }
})();
