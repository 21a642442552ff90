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
  for (const name of ["email", "name", "phone", "street", "city", "zip_code", "state", "country", "employer", "occupation"]) {
    const field = form.elements.namedItem(name);
    if (field) field.disabled = false;
  }

  // Choices of one's own in the place of the usual: what is ticked stays ticked, and the last one ("another") the last.
  const replaced = new Map();
  const put = (name, choices) => {
    const all = [...form.querySelectorAll(`[type=radio][name="${name}"]`)], last = all.pop().closest("label");
    const usual = all.map((button) => [button.value, button.closest("label").textContent.trim()]);
    const ticked = usual.find(([value]) => all.some((button) => button.checked && button.value === value));
    const offered = ticked && !choices.some(([value]) => value === ticked[0]) ? [...choices, ticked] : [...choices];
    for (const button of all) button.closest("label").remove();
    for (const [value, shown] of offered.sort((one, other) => one[0] - other[0])) {
      const label = last.cloneNode(true), button = label.querySelector("input");
      button.value = value;
      button.checked = ticked?.[0] === value;
      button.nextSibling.data = ` ${shown}`;
      last.before(label);
    }
    return usual;
  };
  const offer = (choices) => {
    for (const [name, own] of Object.entries(choices)) {
      const field = form.querySelector(`[type=radio][name="${name}"]`)?.closest("fieldset");
      if (field && !field.contains(document.activeElement)) replaced.set(name, put(name, own));
    }
  };

  const forget = () => {
    for (const [name, usual] of replaced) put(name, usual);
    replaced.clear();
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
    offer(known.choices ?? {});
    const who = known.name ? `${known.name} (${known.email})` : known.email;
    const told = [panel.dataset.who.replace("{who}", () => who), known.acted && panel.dataset.acted, known.saved && panel.dataset.saved];
    status.textContent = told.filter(Boolean).join(" ");
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
