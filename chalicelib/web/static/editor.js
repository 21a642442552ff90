// The mailing editor: says what is saved, loses nothing on the way out, and puts merge fields where the cursor was.
(() => {
  "use strict";

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const saved = document.getElementById("saved");
  const body = document.getElementById("body");
  const fields = () => new URLSearchParams(new FormData(form));
  const words = () => ["subject", "preheader", "body"].map((name) => form.elements[name].value).join("\n");

  let kept = words(); // what the server has, as far as we know
  let sent = kept;
  let tooLate = saved.textContent.trim() !== "";
  const dirty = () => words() !== kept;

  const say = (text, bad) => {
    if (tooLate) return;
    const line = document.createElement(bad ? "p" : "span");
    line.className = bad ? "notice bad" : "quiet small";
    line.textContent = text;
    saved.replaceChildren(line);
  };
  const NO_ANSWER = "Not saved: no connection. Your text is still here, and the next change tries again.";
  const SIGNED_OUT = "Not saved: you are signed out. Sign in again in another tab; your text is still here.";

  const changed = () => { if (dirty()) say("Not saved yet"); };
  form.addEventListener("input", changed);
  form.addEventListener("trix-change", changed);
  // Trix writes the text anew when it reads it; that is no change of the organizer's.
  document.addEventListener("trix-initialize", (event) => {
    kept = sent = words();
    // Whoever uses the keyboard alone reaches the buttons too.
    for (const button of event.target.toolbarElement.querySelectorAll("button[tabindex]")) button.tabIndex = 0;
  });

  form.addEventListener("htmx:confirm", (event) => { if (tooLate || !dirty()) event.preventDefault(); });
  form.addEventListener("htmx:beforeRequest", () => { sent = words(); say("Saving…"); });
  // Signed out, htmx would leave for the sign-in page and take the text along.
  form.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status !== 401) return;
    event.preventDefault();
    say(SIGNED_OUT, true);
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 409 || xhr.status === 413) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
      tooLate = xhr.status === 409;
    } else if (xhr.status >= 400) {
      say(`Not saved: the server answered ${xhr.status}. Your text is still here.`, true);
    } else {
      kept = sent;
    }
  });
  form.addEventListener("htmx:afterSwap", (event) => { if (event.detail.xhr.status < 400 && dirty()) say("Not saved yet"); });
  form.addEventListener("htmx:sendError", () => say(NO_ANSWER, true));

  // A save on its way would look like somebody else's to the next one: that waits until it has come back.
  const answered = async () => { while (form.classList.contains("htmx-request")) await new Promise((go) => setTimeout(go, 50)); };

  let leaving = false;
  form.addEventListener("submit", async (event) => {
    leaving = true;
    if (!form.classList.contains("htmx-request")) return;
    event.preventDefault();
    await answered();
    form.requestSubmit(event.submitter);
  });
  window.addEventListener("beforeunload", (event) => { if (dirty() && !leaving) event.preventDefault(); });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || !dirty() || tooLate) return;
    if (link.origin !== location.origin) return;
    event.preventDefault();
    say("Saving…");
    await answered();
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: fields() });
      if (answer.redirected) say(SIGNED_OUT, true);
      else if (answer.status === 409 || answer.status === 413) { tooLate = answer.status === 409; saved.innerHTML = await answer.text(); }
      else if (!answer.ok) say(`Not saved: the server answered ${answer.status}. Your text is still here.`, true);
      else { leaving = true; location.href = link.href; }
    } catch { say(NO_ANSWER, true); }
  });

  // Merge fields go into whichever field was written in last.
  const picker = document.querySelector("[data-merge]");
  picker.hidden = false;
  const asks = document.querySelector("[data-donate]");
  if (asks) asks.hidden = false;
  for (const list of document.querySelectorAll(".merge-list")) list.hidden = true;
  let last = body;
  form.addEventListener("focusin", (event) => {
    if (event.target.name === "subject" || event.target.name === "preheader") last = event.target;
    if (event.target.localName === "trix-editor") last = body;
  });
  // Each field has a word of its own that stands in, until somebody writes another.
  const names = document.getElementById("merge-name"), otherwise = document.getElementById("merge-default");
  let suggested = otherwise.value;
  names.addEventListener("change", () => {
    if (otherwise.value === suggested) otherwise.value = suggested = names.selectedOptions[0].dataset.default;
  });
  document.getElementById("merge-insert").addEventListener("click", () => {
    const word = otherwise.value.replace(/["“”{}]/g, "").trim();
    const hole = word ? `{{ ${names.value} | default: "${word}" }}` : `{{ ${names.value} }}`;
    const rich = document.getElementById("body-editor");
    if (last === body && rich) {
      rich.editor.insertString(hole);
      rich.focus();
    } else {
      last.setRangeText(hole, last.selectionStart, last.selectionEnd, "end");
      last.focus();
      last.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  document.getElementById("donate-insert")?.addEventListener("click", () => {
    const html = document.getElementById("donate-page").value, rich = document.getElementById("body-editor");
    if (rich) {
      rich.editor.insertHTML(html);
      rich.focus();
    } else {
      body.setRangeText(html, body.selectionStart, body.selectionEnd, "end");
      body.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  for (const one of [picker, asks].filter(Boolean)) one.addEventListener("input", (event) => event.stopPropagation());
  picker.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.localName === "input") {
      event.preventDefault();
      document.getElementById("merge-insert").click();
    }
  });
})();
