// In a page of ours within another website: which site that is goes along with the form, and the site is told how high
// the page is.
{
  const query = new URLSearchParams(location.search);
  const from = document.referrer ? new URL(document.referrer) : null;
  // A page that came back with problems was sent from here, and still has what the first one was opened with.
  if (from?.origin !== location.origin) query.delete("website");
  if (from && from.origin !== location.origin) query.set("website", from.hostname);
  for (const form of `${query}` ? document.querySelectorAll("form[method=post]") : []) {
    form.setAttribute("action", `?${query}`);
  }

  let around = "";
  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (around) parent.postMessage({ muster: height }, around);
  };
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || data !== "muster") return;
    around = origin === "null" ? "*" : origin;
    tell();
  });
  new ResizeObserver(tell).observe(document.body);
  if (parent !== window) parent.postMessage("muster", "*"); // no more than that we are here

  // Browsers move the focus in a frame of another site only when a script asks for it.
  document.querySelector("[autofocus]")?.focus();
  addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link) document.getElementById(link.hash.slice(1))?.focus();
  });
}
