// The word under the mouse, at the focus or under a finger is marked in the translation, the heatmap and the step lens at once.
const WORD = "#translation .unit[data-first], #lens .lens > button[data-index]";
const rows = () => JSON.parse(document.querySelector("#drawn [data-rows]")?.dataset.rows ?? "[]");
const ticks = (axis) => [...document.querySelectorAll(`#heatmap .${axis}tick text`)];

function places(owner) {
  const { first, last, index } = owner.dataset;
  return first === undefined ? [Number(index), Number(index)] : [Number(first), Number(last)];
}
const overlap = ([first, last], [from, to]) => first <= to && from <= last;

function unmark() {
  for (const each of document.querySelectorAll(".same-word")) each.classList.remove("same-word");
}
// first, last: places of pieces of the translation. column: of the heatmap, if one is meant.
function mark(word, column) {
  unmark();
  for (const each of document.querySelectorAll(WORD)) each.classList.toggle("same-word", overlap(places(each), word));
  const labels = ticks("y");
  rows().forEach((row, i) => labels[i]?.classList.toggle("same-word", overlap(row, word)));
  if (column !== undefined) ticks("x")[column]?.classList.add("same-word");
}
function point(event) {
  const owner = event.target.closest?.(WORD);
  if (owner) mark(places(owner));
  else if (!event.target.closest?.("#heatmap")) unmark();
}
for (const kind of ["mouseover", "focusin", "pointerdown"]) document.addEventListener(kind, point);

// Plotly says itself which cell the mouse or a finger is on; the figure is there before the first result.
let heard = null;
new MutationObserver(() => {
  const plot = document.querySelector("#heatmap .js-plotly-plot");
  if (!plot?.on || plot === heard) return;
  heard = plot;
  plot.on("plotly_hover", ({ points: [{ pointNumber: [row, column] }] }) => mark(rows()[row] ?? [-1, -1], column));
  plot.on("plotly_unhover", unmark);
}).observe(document.documentElement, { subtree: true, childList: true });
