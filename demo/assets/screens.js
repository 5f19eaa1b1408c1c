// How the page stands on any screen: figures that grow with its type, the drawer, what stays in sight while one scrolls, and
// presenting.

const root = document.documentElement;
// Asked once for each size of the window, and not before each figure, where the answer would cost the style of all that just
// changed.
let times = null;
const enlargement = window.enlargement = () => (times ??= parseFloat(getComputedStyle(root).fontSize) / 16);
addEventListener("resize", () => (times = null));
new MutationObserver(() => (times = null)).observe(root, { attributeFilter: ["data-present"] });

// A figure's layout for type that is so many times as large: Plotly knows nothing but pixels.
const GROWS = new Set(["size", "height", "standoff", "l", "r", "t", "b", "pad", "thickness", "xshift", "yshift", "tickwidth"]);
function grown(layout, times, names = GROWS) {
  if (times === 1 || layout === null || typeof layout !== "object") return layout;
  if (Array.isArray(layout)) return layout.map((each) => grown(each, times, names));
  const pairs = Object.entries(layout).map(([name, value]) =>
    [name, typeof value === "number" && names.has(name) ? Math.round(10 * value * times) / 10 : grown(value, times, names)]);
  return Object.fromEntries(pairs);
}
// Its points, lines and their names; the numbers that it shows are left alone.
const DRAWN = ["marker", "line", "textfont", "error_x", "error_y"], WIDENS = new Set([...GROWS, "width"]);
function grownTrace(trace, times) {
  const parts = DRAWN.filter((name) => trace[name]).map((name) => [name, grown(trace[name], times, WIDENS)]);
  return { ...trace, ...Object.fromEntries(parts) };
}
const asSent = new WeakMap(); // of each layout of ours, the figure it was made from, and for what screen

// On a phone a heatmap's cells take the room of the title beside its rows.
const PHONE = matchMedia("(max-width: 480px)");
const BESIDE_ROWS = 22; // pixels: TITLE in demo/common/attention.py
function suited(layout, heatmap) {
  const { margin, yaxis } = layout, less = { ...margin, l: margin?.l - BESIDE_ROWS };
  const untitled = heatmap && PHONE.matches && yaxis?.title?.text;
  return grown(untitled ? { ...layout, margin: less, yaxis: { ...yaxis, title: { text: "" } } } : layout, enlargement());
}
const screenNow = () => `${enlargement()} ${PHONE.matches}`;
const USUAL = "1 false"; // where a figure is drawn as it was sent
window.enlarged = (layout) => suited(layout, true); // for assets/translate.js, which draws by itself
window.madeFrom = ({ layout, data }, sent) => asSent.set(layout, [{ layout: sent, data }, screenNow()]);
// For paper, whatever the screen; of Gradio's figures the page alone knows how high they are.
window.usual = (plot) => {
  const { layout, data } = asSent.get(plot.layout)?.[0] ?? plot, times = layout === plot.layout ? 1 : enlargement();
  return { layout, data, height: layout.height ?? plot._fullLayout.height / times };
};

// A figure as Gradio drew it, with the height that Plotly takes out of a layout when it fits it to another width: drawn
// anew without one it would have none.
function asItCame({ layout, data, _fullLayout }) {
  return { layout: { ...layout, height: layout.height ?? _fullLayout.height }, data };
}

// Gradio draws all other figures, so they are suited to the screen once they are there, and again when that changes. What
// Plotly draws beside the page, for a file, stays as it is.
function suitFigures() {
  const screen = screenNow();
  for (const plot of document.querySelectorAll(".gradio-container .js-plotly-plot")) {
    if (!plot._fullLayout || !plot.layout) continue;
    if (!plot.closest("#heatmap")) suit(plot, screen);
    // Else Plotly, where it fits a figure to its card that it has drawn twice, takes the card for one that has a height of
    // its own, and not the figure's: both would collapse.
    plot._context._hasZeroHeight = true;
  }
}
function suit(plot, screen) {
  const [sent, now] = asSent.get(plot.layout) ?? [asItCame(plot), USUAL];
  if (now === screen) return;
  const next = { ...suited(sent.layout, plot.closest(".heatmap")) };
  asSent.set(next, [sent, screen]);
  Plotly.react(plot, sent.data.map((trace) => grownTrace(trace, enlargement())), next, plot._context);
}

// The drawer that is open, by its card's id: opened it takes the focus, closed it gives it back.
function setDrawer(card) {
  const before = root.dataset.drawer;
  if (before === card) return;
  if (card) root.dataset.drawer = card;
  else delete root.dataset.drawer;
  for (const opener of document.querySelectorAll(".open-drawer")) {
    const of = opener.getAttribute("aria-controls");
    opener.ariaExpanded = String(of === card);
    if (!card && of === before && opener.checkVisibility()) opener.focus();
  }
  if (card) focusOnceSeen(document.querySelector(`#${card} .close-drawer`));
}
function focusOnceSeen(element, frames = 30) {
  if (element.checkVisibility({ visibilityProperty: true })) element.focus();
  else if (frames) requestAnimationFrame(() => focusOnceSeen(element, frames - 1));
}
document.addEventListener("click", ({ target }) => {
  const wanted = target.closest?.(".open-drawer")?.getAttribute("aria-controls");
  if (wanted) setDrawer(root.dataset.drawer === wanted ? undefined : wanted);
  else if (target.closest?.(".close-drawer")) setDrawer();
});
document.addEventListener("keydown", ({ key, target, defaultPrevented }) => {
  if (key !== "Escape" || defaultPrevented || target.closest?.("[role=listbox], [aria-expanded=true][role=combobox]")) return;
  if (root.hasAttribute("data-drawer")) setDrawer();
  else if (root.hasAttribute("data-present")) present(false);
});

// What stays in sight: shown once the translation is above the window.
function see() {
  const place = document.getElementById("translation")?.getBoundingClientRect();
  root.toggleAttribute("data-scrolled", Boolean(place?.height) && place.bottom <= 0);
  root.style.setProperty("--slim", `${document.getElementById("slim")?.offsetHeight ?? 0}px`);
}
addEventListener("scroll", () => requestAnimationFrame(see), { passive: true });
document.addEventListener("click", (event) => {
  const way = event.target.closest?.(".slim-way");
  if (!way || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault(); // the address is the question's
  goTo(document.querySelector(way.getAttribute("href")));
});
function goTo(card) {
  const title = card?.querySelector("h2");
  if (!title) return;
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  bring(card, "start");
}
function bring(card, block) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  card.scrollIntoView({ behavior: still ? "instant" : "smooth", block });
}

// On a phone the translation is below what asks for it: it comes into sight, unless nothing is asked.
function seeAnswer() {
  if (PHONE.matches && document.querySelector("#sentence textarea").value.trim()) bring(document.querySelector(".target"), "nearest");
}
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("#translate, #examples button")) seeAnswer();
});
document.addEventListener("keydown", ({ key, shiftKey, target }) => {
  if (key === "Enter" && !shiftKey && target.matches?.("#sentence textarea")) seeAnswer();
});

// Presenting: the view that is open; the address says it (assets/app.js).
function present(on) {
  setPresent(on);
  document.getElementById("present-toggle").focus();
}
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("#present-toggle")) present(!root.hasAttribute("data-present"));
});

// A box is as high as its text after its width has changed, too: Gradio looks only at what is typed, and hides the rest.
const widths = new WeakMap();
const boxes = new ResizeObserver((changes) => {
  for (const { target, contentRect: { width } } of changes) {
    if (!width || widths.get(target) === width) continue;
    widths.set(target, width);
    target.dispatchEvent(new Event("input")); // heard by the box alone
  }
});
function fitBoxes() {
  for (const box of document.querySelectorAll("textarea")) {
    if (widths.has(box)) continue;
    widths.set(box, 0);
    boxes.observe(box);
  }
}

// Who presents goes on presenting in the view that a link of the page opens.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='?']:not([target])");
  if (!link || event.defaultPrevented || !root.hasAttribute("data-present")) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  location.assign(completed(link.getAttribute("href")));
});

let planned = false;
function look() {
  planned = false;
  suitFigures();
  fitBoxes();
  const toggle = document.getElementById("present-toggle"), on = root.hasAttribute("data-present");
  if (toggle && toggle.ariaPressed !== String(on)) {
    toggle.ariaPressed = String(on);
    toggle.textContent = on ? "Stop presenting" : "Present";
  }
  see();
}
function plan() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(look);
}
new MutationObserver(plan).observe(root, { subtree: true, childList: true, attributeFilter: ["data-present"] });
addEventListener("resize", plan);
