// The editor of an action page loses nothing on the way out: says what was not saved, saves a draft before it is left.
(() => {
  "use strict";

  const form = document.getElementById("editor");
  if (!form) return;
  const saved = document.getElementById("saved");
  const say = (words) => { saved.textContent = words; };
  const isDraft = form.hasAttribute("hx-post");
  const typed = () => {
    const fields = new FormData(form);
    for (const name of ["csrf", "opened", "upload"]) fields.delete(name);
    return new URLSearchParams(fields).toString();
  };

  // On a slow line people begin to type before this runs; of rich text only one that was empty can tell.
  const touched = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.localName === "textarea" && field.hasAttribute("data-rich")) return !field.defaultValue && field.value !== "";
    return "defaultValue" in field && field.type !== "file" && field.value !== field.defaultValue;
  };
  const early = [...form.elements].some(touched);
  if (early) document.addEventListener("DOMContentLoaded", () => document.body.dispatchEvent(new Event("arranged")));

  let kept = early || form.hasAttribute("data-unsaved") ? "" : typed(); // what the server has, as far as we know
  let sent = kept, leaving = false;
  // Trix writes the text anew when it reads it; that is no change of the organizer's. It says so a moment later, when
  // they may have typed a title already: only its own field is taken as it stands.
  const asTrixHasIt = (fields, rich) => {
    const anew = new URLSearchParams(fields);
    anew.set(rich.name, rich.value);
    return anew.toString();
  };
  document.addEventListener("trix-initialize", (event) => {
    const rich = event.target.inputElement;
    if (kept && rich) [kept, sent] = [asTrixHasIt(kept, rich), asTrixHasIt(sent, rich)];
  });
  const isKept = () => { if (!saved.querySelector(".problem")) kept = sent; };

  form.addEventListener("htmx:confirm", (event) => { if (leaving && event.target === form) event.preventDefault(); });
  form.addEventListener("htmx:beforeRequest", (event) => { if (event.target === form) sent = typed(); });
  form.addEventListener("htmx:afterSwap", (event) => { if (event.target === saved) isKept(); });
  form.addEventListener("htmx:sendError", () => say(saved.dataset.failed));
  form.addEventListener("htmx:responseError", () => say(saved.dataset.failed));
  // Signed out, htmx would leave for the sign-in page and take the text along.
  form.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status !== 401) return;
    event.preventDefault();
    say(saved.dataset.signedOut);
  });

  // A save on its way would look like somebody else's to the next one: that waits until it has come back.
  const answered = async () => { while (form.classList.contains("htmx-request")) await new Promise((go) => setTimeout(go, 50)); };

  form.addEventListener("submit", async (event) => {
    leaving = true;
    if (!form.classList.contains("htmx-request")) return;
    event.preventDefault();
    await answered();
    form.requestSubmit(event.submitter);
  });

  // Whoever follows a link out of a draft finds it again as they left it. What is not saved asks first.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!isDraft || !link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || typed() === kept) return;
    if (link.origin !== location.origin || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    await answered();
    window.htmx.trigger(form, "leave");
    await answered();
    location.href = link.href;
  });
  window.addEventListener("beforeunload", (event) => { if (!leaving && typed() !== kept) event.preventDefault(); });
})();
