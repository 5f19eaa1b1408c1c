// What the heatmap shows, for whoever does not see it: its name with a summary, and all its weights as a table, which is made
// when it is opened.
const element = (name, attributes = {}, ...children) => {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
};
function table(plot) {
  const { xaxis, yaxis } = plot._fullLayout, z = plot.calcdata[0][0].z;
  const plain = (text) => new DOMParser().parseFromString(text, "text/html").body.textContent;
  const head = (text, scope) => element("th", { scope, textContent: plain(text) });
  const corner = element("td"); // no heading of anything
  const top = element("tr", {}, corner, ...xaxis.ticktext.map((text) => head(text, "col")));
  const rows = z.map((row, i) =>
    element("tr", {}, head(yaxis.ticktext[i], "row"), ...Array.from(row, (weight) => element("td", { textContent: weight.toFixed(2) }))));
  return element("table", {}, element("caption", { className: "sr", textContent: "Weights: rows look at columns" }),
    element("thead", {}, top), element("tbody", {}, ...rows));
}
let shown = null;
function fill() {
  const details = document.getElementById("weights-table"), place = document.getElementById("heatmap");
  const said = document.querySelector("#drawn [data-said]")?.dataset.said, plot = place?.querySelector(".js-plotly-plot");
  if (!details || !place) return;
  details.hidden = !said;
  if (!said || !plot?.calcdata?.[0]?.[0]?.z) return;
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", `Attention heatmap: arrows go from cell to cell, Enter chooses one. ${said}`);
  if (!details.open || plot.calcdata === shown) return;
  shown = plot.calcdata;
  const scroll = details.querySelector(".scroll");
  Object.assign(scroll, { tabIndex: 0, role: "group", ariaLabel: "The weights" });
  scroll.replaceChildren(table(plot));
}
document.addEventListener("toggle", fill, true);
let planned;
new MutationObserver(() => {
  cancelAnimationFrame(planned);
  planned = requestAnimationFrame(fill);
}).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["data-said"] });
