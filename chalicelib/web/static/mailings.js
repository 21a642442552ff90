// While a button's answer is on its way, the live part keeps still: its reload would take that answer's place.
(() => {
  "use strict";

  let leaving = false;
  document.addEventListener("submit", () => { leaving = true; });
  for (const moment of ["htmx:beforeRequest", "htmx:beforeOnLoad"]) {
    document.addEventListener(moment, (event) => { if (leaving) event.preventDefault(); });
  }
  // Back from another page, as the browser kept it.
  window.addEventListener("pageshow", () => { leaving = false; });
})();
