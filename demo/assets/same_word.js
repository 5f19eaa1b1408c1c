// The word under the mouse, at the focus or under a finger is marked in the source, the translation, the heatmap and the step
// lens at once. Which words belong together the heatmap that is shown says: where the model looked most while it wrote.
const TARGET = "#translation .unit[data-first], #lens .lens > button[data-index]", SOURCE = "#source-words .source-word";
const told = (name) => JSON.parse(document.querySelector(`#drawn [data-${name}]`)?.dataset[name] ?? "[]");
const ticks = (axis) => [...document.querySelectorAll(`#heatmap .${axis}tick text`)];
const weights = () => document.querySelector("#heatmap .js-plotly-plot")?._fullData?.[0]?.z ?? [];

function places(owner) {
  const { first, last, index, from, to } = owner.dataset;
  return (from !== undefined ? [from, to] : first === undefined ? [index, index] : [first, last]).map(Number);
}
const overlap = ([first, last], [from, to]) => first <= to && from <= last;
const numbers = (all, run) => all.flatMap((each, i) => (overlap(each, run) ? [i] : []));
const sum = (list, value) => list.reduce((all, each) => all + value(each), 0);
const most = (row) => row.reduce((best, value, i) => (value > row[best] ? i : best), 0);

function unmark() {
  for (const each of document.querySelectorAll(".same-word")) each.classList.remove("same-word");
  for (const each of document.querySelectorAll(SOURCE)) each.style.removeProperty("--looked");
}
// rows, columns: numbers of those of the heatmap that are marked; looked: of each column how much of it was looked at.
function mark(rows, columns, looked = []) {
  unmark();
  const down = told("rows"), across = told("columns"), spans = (all, chosen) => chosen.map((i) => all[i]).filter(Boolean);
  const light = (selector, runs) => {
    for (const each of document.querySelectorAll(selector)) each.classList.toggle("same-word", runs.some((run) => overlap(places(each), run)));
  };
  light(TARGET, spans(down, rows));
  light(SOURCE, spans(across, columns));
  for (const each of document.querySelectorAll(SOURCE)) {
    each.style.setProperty("--looked", Math.min(1, sum(numbers(across, places(each)), (i) => looked[i] ?? 0)).toFixed(3));
  }
  const labels = { y: ticks("y"), x: ticks("x") };
  for (const row of rows) labels.y[row]?.classList.add("same-word");
  for (const column of columns) labels.x[column]?.classList.add("same-word");
}
// A word of the translation, and what was looked at for it; or one of the source, and the words for which it was looked at most.
function markTarget(word) {
  const rows = numbers(told("rows"), word), z = weights(), chosen = rows.filter((i) => z[i]);
  const looked = chosen.length ? Array.from(z[chosen[0]], (_, column) => sum(chosen, (i) => z[i][column]) / chosen.length) : [];
  mark(rows, looked.length && told("columns").length ? [most(looked)] : [], looked);
}
function markSource(word) {
  const columns = numbers(told("columns"), word), z = [...weights()];
  mark(z.flatMap((row, i) => (columns.includes(most(Array.from(row))) ? [i] : [])), columns);
}
function point(event) {
  const target = event.target.closest?.(TARGET), source = event.target.closest?.(SOURCE);
  if (target) markTarget(places(target));
  else if (source) markSource(places(source));
  else if (!event.target.closest?.("#heatmap")) leave();
}
// A word that the keyboard is at stays marked, whatever the page scrolls below a mouse that rests.
function leave() {
  const at = document.querySelector(":focus-visible");
  if (at?.matches(TARGET)) markTarget(places(at));
  else if (at?.matches(SOURCE)) markSource(places(at));
  else unmark();
}
for (const kind of ["mouseover", "focusin", "pointerdown"]) document.addEventListener(kind, point);

// The source's words are one stop; the arrows go from word to word.
const WAY = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
document.addEventListener("keydown", (event) => {
  const here = event.target.closest?.(SOURCE);
  if (!here || !(event.key in WAY)) return;
  event.preventDefault();
  const all = [...document.querySelectorAll(SOURCE)], next = all[all.indexOf(here) + WAY[event.key]];
  if (!next) return;
  here.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

// Plotly says itself which cell or bar the mouse or a finger is on; the figure is there before the first result.
let heard = null;
new MutationObserver(() => {
  const plot = document.querySelector("#heatmap .js-plotly-plot");
  if (!plot?.on || plot === heard) return;
  heard = plot;
  const cell = ({ points: [{ pointNumber }] }) => {
    if (!Array.isArray(pointNumber)) return markSource(told("columns")[pointNumber] ?? [-1, -1]);
    const [row, column] = pointNumber;
    mark([row], [column], weights()[row]);
  };
  plot.on("plotly_hover", cell);
  plot.on("plotly_click", cell); // of a tap Plotly shows the numbers, but says only that it was a click
  plot.on("plotly_unhover", leave);
}).observe(document.documentElement, { subtree: true, childList: true });
