// What all of the desk's page shares: who is at work, how the server is asked, what is told, what is typed and not saved yet.
const desk = (() => {
  "use strict";
  // Longer than the server waits for another one that writes.
  const PATIENCE_MS = 90_000;
  const KEPT_HERE = "What you typed stays in this browser.";
  const data = JSON.parse(document.getElementById("data").textContent).desk;
  const element = (id) => document.getElementById(id);
  const copy = (id) => element(id).content.firstElementChild.cloneNode(true);
  const say = (text) => { element("said").textContent = text; };

  // Some browsers refuse it, or have no room: the page works without, and forgets.
  const memory = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { say("This browser keeps no drafts."); } },
    delete(key) { try { localStorage.removeItem(key); } catch { /* there is none */ } },
    keys() { try { return Object.keys(localStorage); } catch { return []; } },
  };

  const NAME = "trans-desk name";
  let name = memory.get(NAME) ?? "";

  function showName() {
    element("editor").textContent = name ? `Editor: ${name}` : "Who are you?";
  }

  // Asked for once. Without an answer nothing is sent.
  function askName() {
    const dialog = element("ask-name");
    const input = dialog.querySelector("input");
    input.value = name || data.name;
    input.maxLength = data.most.name;
    dialog.showModal();
    input.select();
    return new Promise((answer) => {
      const taken = new AbortController();
      const take = () => {
        if (!input.value.trim()) return;
        name = input.value.trim();
        memory.set(NAME, name);
        showName();
        dialog.close();
      };
      dialog.querySelector("button").addEventListener("click", take, { signal: taken.signal });
      input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();  // what is focused next would take it for a press of its own
        take();
      }, { signal: taken.signal });
      dialog.addEventListener("close", () => { taken.abort(); answer(name); }, { signal: taken.signal });
    });
  }

  // What came of an action: `ok`, and else `message`, `hint`, `status`, and `current` where somebody else's text came first.
  async function ask(action) {
    const by = name || await askName();
    if (!by) return { ok: false, message: "Nobody's name was given.", hint: "Say who you are, and save again." };
    try {
      const response = await fetch("/api/events", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Trans-Desk": "1" },
        body: JSON.stringify({ article: data.article, by, ...action }),
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const told = await response.json();
      return { ...told, ok: response.ok, status: response.status };
    } catch {
      return {
        ok: false,
        message: "The desk can't be reached: nothing was saved.",
        hint: "Start 'trans desk' again, open the address that it prints, and come back here.",
      };
    }
  }
  const trouble = (told) => [told.message, told.hint, KEPT_HERE].filter(Boolean).join(" ");

  // The server's page is right whatever happened meanwhile; what is typed elsewhere in this one is kept and comes back.
  const AFTER = "trans-desk after";
  function again(said, focus) {
    try { sessionStorage.setItem(AFTER, JSON.stringify({ said, focus })); } catch { /* then nothing is said */ }
    location.reload();
  }
  function recall() {
    let after = null;
    try {
      after = JSON.parse(sessionStorage.getItem(AFTER));
      sessionStorage.removeItem(AFTER);
    } catch { /* nothing was said */ }
    if (!after) return;
    const place = element(after.focus);
    if (place) place.focus({ preventScroll: true });
    // What is there from the start is not read out.
    setTimeout(() => say(after.said), 100);
  }

  // Fields, and what their buttons do: `save` returns what came of it, or null for nothing yet. Escape is Cancel.
  function form(id, values, place, acts) {
    const made = copy(id);
    const back = document.activeElement;
    const fields = [...made.querySelectorAll("input, textarea")];
    for (const field of fields) {
      field.value = values[field.name] ?? "";
      field.maxLength = field.name === "reason" || field.lang === "ar" ? data.most.reason : data.most.text;
    }
    const told = made.querySelector(".trouble");
    let busy = false;
    const close = () => {
      made.remove();
      back?.focus?.({ preventScroll: true });
    };
    const act = async (what) => {
      if (busy) return;
      if (what === "cancel") {
        if (acts.cancel?.() ?? true) close();
        return;
      }
      busy = true;
      const button = made.querySelector(`[data-do="${what}"]`);
      button.setAttribute("aria-busy", "true");
      told.textContent = "";
      const typed = Object.fromEntries(fields.map((field) => [field.name, field.value]));
      const done = await acts[what](typed);
      busy = false;
      button.removeAttribute("aria-busy");
      if (done && !done.ok) told.textContent = trouble(done);
    };
    for (const button of made.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => act(button.dataset.do));
    }
    made.addEventListener("keydown", (event) => {
      if (event.key === "Escape") act("cancel");
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.target.matches("input"))) act("save");
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    place(made);
    return { element: made, fields, told, close };
  }

  document.addEventListener("DOMContentLoaded", recall);
  element("editor").addEventListener("click", askName);
  showName();
  return { data, element, copy, say, memory, ask, again, form };
})();
