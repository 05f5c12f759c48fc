// The comparison in a browser: shows all that differs, or only where flags do. Without it all is there.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const filter = byId("filter");
  if (!filter) return;
  const main = byId("main");
  const all = main.querySelectorAll(".row").length;
  const flagged = main.querySelectorAll(".row.flagged").length;

  function update() {
    const only = byId("flags").checked;
    main.classList.toggle("flags-only", only);
    byId("count").textContent = `${only ? flagged : all} of ${all} places`;
  }

  byId("flags").addEventListener("change", update);
  filter.hidden = false;
  update();
})();
