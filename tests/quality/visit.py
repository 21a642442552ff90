"""What a visit to a scene shows: how heavy it is, what axe says, whether it fits a small phone, and by keyboard."""

from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, Response

from quality import tools
from quality.scenes import Scene

# Bytes over the line, compressed. Critical is what the browser needs before it can show anything.
MOST_CRITICAL, MOST_IN_ALL = 15_000, 50_000
SMALLEST_TARGET = 44

_AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

# Elements that stand out of the window, sideways.
_OUTSIDE = """() => [...document.body.querySelectorAll("*")].filter(element => {
  const box = element.getBoundingClientRect();
  return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1) && !element.closest("svg, .hidden, .skip");
}).map(element => element.outerHTML.slice(0, 120))"""

_TOO_SMALL = """least => [...document.querySelectorAll("form button, form input, form select, form textarea")]
  .map(field => ["radio", "checkbox"].includes(field.type) ? field.closest("label") : field)
  .filter(target => target && target.checkVisibility({visibilityProperty: true}) && !target.closest(".hidden, [hidden]"))
  .filter(target => { const box = target.getBoundingClientRect(); return box.height > 1 && box.height < least; })
  .map(target => target.outerHTML.slice(0, 120))"""

_FIELDS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea")].filter(field =>
  !field.disabled && field.tabIndex >= 0 && field.checkVisibility({visibilityProperty: true})
  && field.type !== "hidden").length"""

_FOCUS = """() => { const here = document.activeElement, style = getComputedStyle(here);
  return here === document.body ? null : {
    number: [...document.querySelectorAll("*")].indexOf(here),
    html: here.outerHTML.slice(0, 120),
    shows: style.outlineStyle !== "none" || style.boxShadow !== "none" || here.type === "radio",
  }; }"""


class Visit(NamedTuple):
    """`critical` and `in_all` in bytes over the line, without pictures. The rest is what is wrong, in words."""

    html: str
    status: int
    critical: int
    in_all: int
    axe: list[str]
    outside: list[str]
    too_small: list[str]
    by_keyboard: list[str]
    complaints: list[str]


def visit(browser: Browser, url: str, scene: Scene) -> Visit:
    """Look at a scene on a phone of 320 px, in light and in dark, from left and from right."""
    context = browser.new_context(base_url=url, viewport={"width": 320, "height": 640})
    try:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        loaded: list[Response] = []
        page.on("response", lambda response: loaded.append(response))  # noqa: PLW0108  (playwright marks its handlers)
        answer = _arrived(page, scene)
        sizes = {response.url: _size(response) for response in loaded}
        critical = _critical(page, answer.url)
        return Visit(
            html=answer.text(),
            status=answer.status,
            critical=sum(size for address, size in sizes.items() if address in critical),
            in_all=sum(_size(each) for each in loaded if each.request.resource_type != "image"),
            axe=[*found_by_axe(page), *_in_the_dark(page)],
            outside=_outside(page),
            too_small=page.evaluate(_TOO_SMALL, SMALLEST_TARGET),
            by_keyboard=_by_keyboard(page),
            complaints=[said for said in complaints if f"status of {scene.status}" not in said],
        )
    finally:
        context.close()


def wrong_with(scene: Scene, seen: Visit) -> list[str]:
    """In words, against the limits; nothing when the scene is as it must be."""
    return [
        *([] if seen.status == scene.status else [f"answered {seen.status}, not {scene.status}"]),
        *([] if seen.critical <= MOST_CRITICAL else [f"{seen.critical:,} B critical"]),
        *([] if seen.in_all <= MOST_IN_ALL else [f"{seen.in_all:,} B in all"]),
        *(f"axe: {each}" for each in seen.axe),
        *(f"outside of 320 px: {each}" for each in seen.outside),
        *(f"target too small: {each}" for each in seen.too_small),
        *(f"keyboard: {each}" for each in seen.by_keyboard),
        *(f"the browser complains: {each}" for each in seen.complaints),
    ]


def found_by_axe(page: Page) -> list[str]:
    """What axe has against the page as it is now."""
    page.evaluate(tools.AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate("rules => axe.run(document, rules).then(run => run.violations)", _AXE)
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def _arrived(page: Page, scene: Scene) -> Response:
    answer = page.goto(scene.path, wait_until="networkidle")
    if scene.sends:
        with page.expect_navigation(wait_until="networkidle") as going:
            page.evaluate("() => { const form = document.querySelector('form#form'); form.noValidate = true;"
                          "form.requestSubmit(form.querySelector(':scope > button')); }")  # fmt: skip
        answer = going.value
    assert answer
    return answer


def _size(response: Response) -> int:
    sizes = response.request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


def _critical(page: Page, address: str) -> set[str]:
    """The page itself, its stylesheets, and scripts that it waits for."""
    waited_for: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('link[rel=stylesheet], script[src]:not([defer], [async], [type=module])')]"
        ".map(each => each.href || each.src)"
    )
    return {address, *waited_for}


def _in_the_dark(page: Page) -> list[str]:
    page.emulate_media(color_scheme="dark")
    found = [f"in the dark, {said}" for said in found_by_axe(page)]
    page.emulate_media(color_scheme="light")
    return found


def _outside(page: Page) -> list[str]:
    found: list[str] = page.evaluate(_OUTSIDE)
    page.evaluate("document.documentElement.dir = 'rtl'")
    found += [f"from right to left, {element}" for element in page.evaluate(_OUTSIDE)]
    page.evaluate("document.documentElement.dir = ''")
    return found


def _by_keyboard(page: Page) -> list[str]:
    """What Tab does not reach in order, or where it cannot be seen. Radio buttons of one name are one stop."""
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    stops: list[dict[str, Any]] = []
    for _ in range(page.evaluate(_FIELDS) + 2):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUS)
        if stop is None or stop in stops:
            break
        stops.append(stop)
    order = [stop["number"] for stop in stops]
    unseen = [f"no focus to be seen: {stop['html']}" for stop in stops if not stop["shows"]]
    out_of_order = [] if order == sorted(order) else ["Tab does not go in reading order"]
    submit = page.locator("#form > button:visible")
    missed = [] if not submit.count() or any("<button" in stop["html"] for stop in stops) else ["no way to the button"]
    return [*unseen, *out_of_order, *missed]
