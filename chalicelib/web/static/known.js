// Who comes by a link in one of the group's emails need not type what the group knows. Without this: the plain form.
(() => {
  "use strict";

  const brought = /^#k=([\w-]+)$/.exec(location.hash);
  // Whoever copies the address must not pass on who they are.
  if (brought) history.replaceState(history.state, "", location.pathname + location.search);

  const panel = document.getElementById("known");
  if (!panel || window.top !== window) return;
  const form = panel.closest("form"), status = panel.querySelector("[role=status]"), notYou = panel.querySelector("button");
  const at = panel.dataset.at, place = `known/${at.split("/")[1]}`;
  const sent = () => form.elements.namedItem("known");

  // For this visit and this group only; where a browser keeps nothing, each page asks anew.
  const keep = (token) => { try { token ? sessionStorage.setItem(place, token) : sessionStorage.removeItem(place); } catch { /* as said */ } };
  const kept = () => { try { return sessionStorage.getItem(place); } catch { return null; } };

  let settled = [];
  const settle = (fields) => {
    settled = fields;
    for (const field of fields) { field.disabled = true; field.closest(".field").hidden = true; }
  };
  const bringBack = () => {
    for (const field of settled) { field.disabled = false; field.closest(".field").hidden = false; }
    settled = [];
  };
  // Firefox remembers over a reload what was switched off.
  for (const name of ["email", "name", "phone", "street", "city", "zip_code"]) {
    const field = form.elements.namedItem(name);
    if (field) field.disabled = false;
  }

  const forget = () => {
    keep("");
    sent()?.remove();
    status.textContent = "";
    notYou.hidden = true;
    bringBack();
  };

  const show = (known, token) => {
    keep(token);
    const fields = known.knows.map((name) => form.elements.namedItem(name)).filter(Boolean);
    // Nothing moves under the hands of somebody who has begun to write.
    if (fields.some((field) => field.value || field === document.activeElement)) return sent()?.remove();
    settle(fields);
    const who = known.name ? `${known.name} (${known.email})` : known.email;
    status.textContent = panel.dataset.who.replace("{who}", () => who) + (known.acted ? ` ${panel.dataset.acted}` : "");
    notYou.hidden = false;
    if (!sent()) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "known" });
      panel.append(field);
    }
    sent().value = token;
  };

  const ask = async (token) => {
    const body = new URLSearchParams({ known: token });
    const answer = await fetch(at, { method: "POST", body, credentials: "omit", referrerPolicy: "no-referrer" });
    const known = answer.ok ? await answer.json() : null;
    if (known) known.email ? show(known, token) : forget();
  };

  notYou.addEventListener("click", () => { forget(); form.elements.namedItem("email").focus(); });

  // Asked for the address after all: the one who came was not taken.
  if (form.elements.namedItem("email")?.ariaInvalid === "true") keep("");
  const token = brought?.[1] || sent()?.value || kept();
  if (token) ask(token).catch(() => { /* the plain form is there */ });
})();
