// Correcting a sentence, the headline, a summary as a whole: a form under it. What is typed is kept until it is saved.
desk.edit = (() => {
  "use strict";
  const { data, element, copy, say, memory, ask, again, form } = desk;
  const DRAFT = `trans-desk draft ${data.folder} ${data.item} `;
  const open = new Map();
  const handle = copy("edit-button");
  let pointed = null;

  // Of a sentence of a summary the summary: it is corrected as a whole.
  const keyOf = (id) => data.targets[id] ? id : id && data.targets[id.split("-")[0]] ? id.split("-")[0] : null;
  const draftOf = (key) => `${DRAFT}${key} ${data.targets[key].arabic}`;

  function placed(key) {
    const text = element(key);
    const row = text.closest(".row");
    const notes = row?.querySelector(":scope > .notes");
    return (made) => {
      if (notes) notes.before(made);
      else if (row) row.append(made);
      else (text.closest("h1, p") ?? text).after(made);
    };
  }

  function edit(key, draft) {
    if (open.has(key)) {
      open.get(key).fields[0].focus();
      return;
    }
    const target = data.targets[key];
    let old = draft?.old ?? target.en;
    let warned = false;
    const keep = () => {
      warned = false;
      if (field.value === target.en) memory.delete(draftOf(key));
      else memory.set(draftOf(key), JSON.stringify({ text: field.value, old }));
    };
    const showTheirs = (text) => {  // whose it is, the trouble above says
      const theirs = made.element.querySelector(".theirs");
      theirs.querySelector("q").textContent = text;
      theirs.hidden = false;
    };
    const about = { where: target.where, paragraph: target.paragraph, sentence: target.sentence, arabic: target.arabic };
    const shown = [...document.querySelectorAll("[data-s]")].filter((one) => keyOf(one.dataset.s) === key);
    for (const one of shown) one.classList.add("editing");
    handle.remove();
    const forget = () => {
      memory.delete(draftOf(key));
      open.delete(key);
      for (const one of shown) one.classList.remove("editing");
    };
    const made = form("edit-form", {}, placed(key), {
      async save() {
        const told = await ask({ kind: "corrected", ...about, old, new: field.value });
        if (told.ok) {
          forget();
          again(told.done ? "Saved." : "That stands there already.", key);
        } else if (typeof told.current === "string" && told.status === 409) {
          if (told.current) {
            target.en = old = told.current;
            showTheirs(old);
          }
          keep();
        }
        return told;
      },
      async revert() {
        const told = await ask({ kind: "reverted", ...about, old });
        if (told.ok) {
          forget();
          again(told.done ? "Here is the machine's text again." : "That is the machine's text.", key);
        }
        return told;
      },
      async term() {
        desk.term({ source: "", new: "" }, (one) => made.element.after(one));
        return null;
      },
      async take() {
        field.value = target.en;
        made.element.querySelector(".theirs").hidden = true;
        keep();
        field.focus();
        return null;
      },
      cancel() {
        if (field.value !== target.en && !warned) {
          warned = true;
          made.told.textContent = "This is not saved. Cancel again to throw it away.";
          return false;
        }
        forget();
        return true;
      },
    });
    const [field] = made.fields;
    open.set(key, made);
    field.value = draft?.text ?? target.en;
    made.element.setAttribute("aria-label", `Edit ${element(key).closest("[aria-label]")?.getAttribute("aria-label") ?? "the headline"}`);
    made.element.querySelector(".original").textContent = target.ar;
    made.element.querySelector('[data-do="revert"]').hidden = !target.edited;
    field.addEventListener("input", keep);
    if (draft) {
      made.told.textContent = "This was typed before, and is not saved yet.";
      if (old !== target.en) {
        showTheirs(target.en);
        made.told.textContent += ` ${target.by || "Somebody else"} has changed the text since.`;
        old = target.en;
      }
    } else {
      field.focus();
    }
  }

  // What was typed and not saved: at its place, else where its Arabic stands now, else in a list of its own.
  function restore() {
    const moved = [];
    const lost = [];
    for (const name of memory.keys().filter((one) => one.startsWith(DRAFT))) {
      let draft = null;
      try { draft = JSON.parse(memory.get(name)); } catch { /* not ours */ }
      if (typeof draft?.text !== "string" || typeof draft.old !== "string") continue;
      const [key, arabic] = name.slice(DRAFT.length).split(" ");
      if (data.targets[key] && draftOf(key) === name && element(key)) edit(key, draft);
      else moved.push([name, arabic, draft]);
    }
    for (const [name, arabic, draft] of moved) {
      const key = Object.keys(data.targets).find((one) => data.targets[one].arabic === arabic && !open.has(one) && element(one));
      if (key) {
        memory.set(draftOf(key), memory.get(name));
        memory.delete(name);
        edit(key, draft);
      } else lost.push([name, name.startsWith(`${DRAFT}s`), draft.text]);
    }
    for (const [name, isSummary, text] of lost) {
      const item = document.createElement("li");
      const quoted = document.createElement("q");
      const button = document.createElement("button");
      quoted.textContent = text;
      button.type = "button";
      button.className = "small";
      button.textContent = "Throw away";
      button.addEventListener("click", () => {
        memory.delete(name);
        item.remove();
        say("Thrown away.");
      });
      item.append(isSummary ? "A summary: " : "", quoted, button);
      element("drafts").querySelector("ul").append(item);
    }
    element("drafts").hidden = !lost.length;
  }

  function offer(event) {
    const sentence = event.target.closest?.("[data-s]");
    const key = sentence && keyOf(sentence.dataset.s);
    if (!key) return;
    pointed = key;
    if (open.has(key)) return;
    const english = element(sentence.dataset.s);
    if (english && handle.previousSibling !== english) {
      english.after(handle);
      handle.firstElementChild.setAttribute("aria-label", `Edit: ${english.textContent.slice(0, 60)}`);
    }
  }
  handle.firstElementChild.addEventListener("click", () => edit(pointed));
  document.addEventListener("mouseover", offer);
  document.addEventListener("focusin", offer);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select, dialog *")) return;
    if (event.key === "e" && pointed) {
      event.preventDefault();
      edit(pointed);
    }
  });
  restore();
  return edit;
})();
