// For other websites: puts an action page of ours where it is marked, as high as it is. No cookies, no global names.
//   <div class="muster-embed" data-page="group/page"><a href="https://…/group/page">Sign</a></div>
//   <script async src="https://…/embed.js"></script>
// or the script alone, with data-page, which then stands for itself. Also: data-style="card" or "plain",
// data-scheme="light", "dark" or "auto" (otherwise as the text around), data-title, data-source.
// A plain <iframe src="https://…/embed/…"> on the same page is made as high as it is, too.
// The link stays wherever the frame does not come: scripts off, frames forbidden, we unreachable.
{
  const script = document.currentScript;
  const { origin } = new URL(script.src);
  const links = new Map(); // by frame: what stands there until it comes
  const shown = new Set();

  const scheme = (place) => {
    if (place.dataset.scheme) return place.dataset.scheme;
    const [, red, green, blue] = getComputedStyle(place).color.match(/^rgba?\((\d+), (\d+), (\d+)/) || [];
    return blue ? (0.3 * red + 0.6 * green + 0.1 * blue < 128 ? "light" : "dark") : "auto";
  };

  const address = (place) => {
    const { page, style, source } = place.dataset;
    const look = [style === "plain" ? "plain" : "card", scheme(place)].filter((part) => part !== "auto").join("-");
    const around = new URLSearchParams(location.search);
    const query = new URLSearchParams();
    const codes = { source: source || around.get("source"), referrer: around.get("referrer") };
    for (const [name, code] of Object.entries(codes)) if (code) query.set(name, code);
    return `${origin}/embed/${page.split("/").map(encodeURIComponent).join("/")}/${look}?${query}`.replace(/\?$/, "");
  };

  const show = (place) => {
    const link = place.querySelector("a[href]");
    if (link?.origin !== origin || place.querySelector("iframe")) return;
    const frame = document.createElement("iframe");
    frame.src = address(place);
    frame.title = place.dataset.title || link.textContent;
    frame.allow = "clipboard-write";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    // Said with emphasis, because sites have rules of their own for every iframe.
    const style = { display: "block", width: "100%", "min-width": 0, "max-width": "100%", "min-height": 0, border: 0 };
    const hidden = { "max-height": "none", "aspect-ratio": "auto", height: 0, visibility: "hidden" };
    for (const [name, value] of Object.entries({ ...style, ...hidden })) {
      frame.style.setProperty(name, value, "important");
    }
    links.set(frame, link);
    place.append(frame);
  };

  addEventListener("message", ({ origin: from, source, data }) => {
    const frame = from === origin && [...document.querySelectorAll("iframe")].find((one) => one.contentWindow === source);
    if (!frame) return;
    if (data === "muster") {
      source.postMessage("muster", origin);
      links.get(frame)?.style.setProperty("display", "none", "important");
      frame.style.removeProperty("visibility");
      // What was sent is answered at the top of the frame, which may have been scrolled away.
      if (shown.has(frame) && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
      shown.add(frame);
    } else if (data?.muster > 0) {
      frame.style.setProperty("height", `${Math.min(data.muster, 20000)}px`, "important");
    }
  });

  // Browsers let frames out of sight sleep: asked, they answer. Not at once, for they are resized after the window.
  const ask = () => shown.forEach((frame) => frame.contentWindow?.postMessage("muster", origin));
  let asking = 0;
  addEventListener("resize", () => {
    clearTimeout(asking);
    asking = setTimeout(ask, 200);
  });

  const showAll = () => document.querySelectorAll(".muster-embed[data-page]").forEach(show);

  if (script.dataset.page) {
    const place = document.createElement("div");
    const link = document.createElement("a");
    link.href = `${origin}/${script.dataset.page}`;
    link.textContent = script.dataset.title || link.href;
    Object.assign(place.dataset, script.dataset);
    place.append(link);
    script.after(place);
    show(place);
  }
  showAll();
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", showAll);
}
