// Shows the page beside its editor as it is being written. Nothing is saved by that.
(() => {
  "use strict";

  const form = document.getElementById("editor"), frame = document.getElementById("preview");
  if (!form || !frame) return;
  let waiting = 0, asked = 0;

  async function show() {
    const own = ++asked, fields = new FormData(form);
    fields.delete("upload");
    const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(fields) });
    if (answer.ok && own === asked) frame.srcdoc = await answer.text();
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (frame.offsetParent) show().catch(() => {}); }, 600);
  }

  for (const moment of ["input", "change", "trix-change", "htmx:afterSettle"]) form.addEventListener(moment, soon);
  // After adding or moving a question the form's words are others, though nobody typed.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "questions") document.body.dispatchEvent(new Event("arranged"));
  });
  soon();
})();
