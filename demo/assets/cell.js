// A cell of the heatmap is pressed, with the mouse, a finger, or Enter: #cell reports which (assets/cell_pressed.js).
const report = (row, column) => dispatchEvent(new CustomEvent("heatmap-cell", { detail: { index: row, at: column } }));

// With the keyboard: arrows go from cell to cell, each shown as under the mouse.
let at = [0, 0], hovered = null;
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
function show(place, plot) {
  const { xaxis } = plot._fullLayout, x = xaxis._offset + xaxis.d2p(at[1]);
  if (x < place.scrollLeft + xaxis._offset || x > place.scrollLeft + place.clientWidth - 24) {
    place.scrollLeft = x - place.clientWidth / 2;
  }
  Plotly.Fx.hover(plot, [{ curveNumber: 0, pointNumber: at }]);
}
document.addEventListener("keydown", (event) => {
  const place = event.target.closest?.("#heatmap"), plot = place?.querySelector(".js-plotly-plot");
  const cells = plot?.data?.[0]?.z;
  if (event.target !== place || !cells?.length || !(event.key in STEPS || event.key === "Enter")) return;
  event.preventDefault();
  at = [Math.min(at[0], cells.length - 1), Math.min(at[1], cells[0].length - 1)];
  if (event.key === "Enter") return report(...at);
  const [down, right] = STEPS[event.key], last = [cells.length - 1, cells[0].length - 1];
  // the first arrow shows where it is
  if (hovered === plot.layout) at = [at[0] + down, at[1] + right].map((to, i) => Math.max(0, Math.min(to, last[i])));
  hovered = plot.layout;
  show(place, plot);
});
document.addEventListener("focusout", (event) => {
  if (event.target.id === "heatmap") hovered = null;
});

let listened = null;
new MutationObserver(() => {
  const plot = document.querySelector("#heatmap .js-plotly-plot");
  if (!plot?.on || plot === listened) return;
  listened = plot;
  plot.on("plotly_click", ({ points }) => {
    const cell = points.find(({ pointNumber }) => Array.isArray(pointNumber)); // the bars below have one number
    if (!cell) return;
    at = cell.pointNumber;
    report(...at);
  });
}).observe(document.documentElement, { subtree: true, childList: true });
