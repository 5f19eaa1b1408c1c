// The Translate view: what its handlers cannot do.

// The heatmap: the server writes into #drawn what to draw, and Plotly changes the figure that is there.
let drawn = {};
const LEAST_ROW = 13; // pixels
// Where the page is laid out so that all of it shows at once (assets/screens.css), the figure is as high as there is room:
// who presents has nothing below it but the card's and the page's edge.
const EDGE = 28, PRESENTED_EDGE = 64; // pixels
function fitting(place, layout) {
  if (!getComputedStyle(document.getElementById("stage")).getPropertyValue("--fits")) return layout;
  const presents = document.documentElement.hasAttribute("data-present"), { t, b } = layout.margin;
  const edge = presents ? PRESENTED_EDGE * enlargement() : EDGE;
  const room = innerHeight - place.getBoundingClientRect().top - scrollY - edge, most = (presents ? 1.6 : 1) * layout.height;
  const rows = layout.yaxis.tickvals?.length ?? 0, least = t + b + LEAST_ROW * rows;
  return { ...layout, height: Math.round(Math.max(least, Math.min(most, room))) };
}
function draw() {
  const place = document.querySelector("#heatmap"), plot = place?.querySelector(".js-plotly-plot");
  const asked = document.querySelector("#drawn [data-figure], #drawn .instead");
  if (!asked || !plot) return;
  const { figure, room } = asked.dataset;
  if (figure === drawn.figure && plot.layout === drawn.layout) return;
  place.hidden = !figure;
  place.closest(".card").toggleAttribute("data-without", !figure);
  place.className = place.className.replace(/\s*\broom-\d+|$/, room ? ` ${room}` : "");
  // A long sentence gets the whole width, below the controls and the candidates.
  document.getElementById("stage").toggleAttribute("data-wide", Number(room?.slice("room-".length)) > 24);
  if (figure) {
    const { data, layout: sent } = JSON.parse(figure), layout = fitting(place, enlarged(sent));
    place.style.minHeight = `${layout.height}px`; // what Plotly gives it is lost when the window is resized
    Plotly.react(plot, data, { ...layout, autosize: true }, plot._context);
    madeFrom(plot, sent);
  }
  drawn = { figure, layout: plot.layout };
}

// By pieces and by words the mean of all heads is there: the other way comes first at once, before the server answers.
document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("#unit input")) return;
  const wanted = document.querySelector(`#drawn [data-unit="${CSS.escape(target.value)}"]`);
  wanted?.parentElement.prepend(wanted);
});

// Of all candidates the tree is the same: the path of the one that is looked into is marked here.
function followCandidate() {
  const canvas = document.querySelector("#tree .canvas:not(.growing)");
  const chosen = document.querySelector("#candidates tr.chosen")?.dataset.index;
  if (!canvas || chosen === undefined || canvas.dataset.chosen === chosen) return;
  canvas.dataset.chosen = chosen;
  const first = canvas.querySelector("[tabindex='0']");
  for (const part of canvas.querySelectorAll("[data-of]")) {
    const on = part.dataset.of.split(" ").includes(chosen);
    part.classList.toggle("chosen", on);
    if (on && part.matches("path")) part.parentElement.append(part); // above the others
  }
  const stop = canvas.querySelector(".node.chosen");
  if (!stop || first === document.activeElement) return;
  first?.removeAttribute("tabindex");
  stop.tabIndex = 0;
}

// While the search is watched, its newest words stay in sight; once it was stopped, a person looks around in it.
function followGrowth() {
  if (!document.querySelector("#status .busy")) return;
  const scroll = document.querySelector("#tree .growing")?.closest(".scroll");
  if (scroll) scroll.scrollLeft = scroll.scrollWidth;
}
// Another sentence of the whole text was chosen: it comes into sight, and the focus goes with it or stays on the arrow.
let heldIn = null;
document.addEventListener("focusin", (event) => (heldIn = event.target.closest("#whole [data-kind]")?.dataset.kind));
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest?.("#whole")) heldIn = null;
});
let turned = null;
function followSentence() {
  const chosen = document.querySelector("#whole [aria-pressed=true]");
  if (!chosen || chosen === turned) return;
  turned = chosen;
  const text = chosen.parentElement, room = text.getBoundingClientRect(), place = chosen.getBoundingClientRect();
  if (place.top < room.top || place.bottom > room.bottom) text.scrollTop += place.top - room.top - 8;
  // Gradio changes what is there, or puts something new in its place, and then nothing has the focus.
  const focused = document.activeElement;
  if (!heldIn || (focused !== document.body && !focused.matches("#whole .sentence"))) return;
  const held = heldIn === "sentence" ? chosen : document.querySelector(`#whole [data-kind=${heldIn}]`);
  held.focus({ preventScroll: true });
}
const BESIDE = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
document.addEventListener("keydown", (event) => {
  const here = event.target.closest?.("#whole .sentence");
  if (!here || !(event.key in BESIDE || event.key === "Enter" || event.key === " ")) return;
  event.preventDefault();
  const all = [...document.querySelectorAll("#whole .sentence")];
  all[all.indexOf(here) + (BESIDE[event.key] ?? 0)]?.click();
});

let resized;
addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(drawAnew, 150);
});
function drawAnew() {
  drawn = {};
  draw();
}

new MutationObserver((changes) => {
  if (changes.some(({ target }) => target === document.documentElement)) drawn = {}; // presenting, or no more
  draw();
  followCandidate();
  followGrowth();
  followSentence();
}).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["data-figure", "aria-pressed", "data-present"] });

// Of the step lens's columns the one that was pressed is marked, until a new result comes with a mark of its own.
document.addEventListener("click", (event) => {
  const column = event.target.closest?.("#lens .lens > button");
  if (!column) return;
  for (const each of column.parentElement.children) each.ariaPressed = String(each === column);
});
