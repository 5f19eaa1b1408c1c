// Figures fit their cards; files are saved.

// Gradio's page has a <base> that says what holds without it, for which Plotly writes the whole address into the figure where
// one of its parts names another. Once the address has changed, the browser fetches the page anew to look there, and until it
// came shows neither points nor bars nor cells.
document.querySelector('base[href="./"]')?.remove();

window.saveBlob = saveBlob; // for assets/take_figure.js
function saveBlob(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Saves what a handler gives as {name, type, text}, or base64 for text. A file on the server would be one more thing to
// look after. A page with figures needs plotly.js, 5 MB that are the same for everybody: the browser fetches it from the app and puts it in.
window.saveFile = async (file) => {
  if (file?.base64 !== undefined) {
    const bytes = Uint8Array.from(atob(file.base64), (sign) => sign.charCodeAt(0));
    return saveBlob(new Blob([bytes], { type: file.type }), file.name);
  }
  if (!file?.text) return;
  let { text } = file;
  if (file.plotly) {
    const plotly = await (await fetch(gradio_config.root + file.plotly)).text();
    text = text.replace(file.mark, () => plotly);
  }
  if (file.shown) {
    const standing = [...document.querySelectorAll(file.shown)].map(asItStands).join("");
    text = text.replace(file.stands, () => standing);
  }
  saveBlob(new Blob([text], { type: file.type }), file.name);
};

// A part of the page for a file that stands alone: links with the app's address, and of KaTeX's formulas the MathML, which
// a browser sets without KaTeX's fonts.
function asItStands(part) {
  const copy = part.cloneNode(true);
  for (const formula of copy.querySelectorAll(".katex")) formula.replaceWith(formula.querySelector("math"));
  for (const link of copy.matches("a") ? [copy] : copy.querySelectorAll("a[href]")) link.setAttribute("href", link.href);
  return copy.outerHTML;
}

// Plotly redraws with the window alone, and not while its tab is hidden: a figure fits its card whatever changed the card.
const cards = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    const plot = target.querySelector(".js-plotly-plot"), drawn = plot?._fullLayout?.width;
    if (drawn && target.checkVisibility() && Math.abs(plot.clientWidth - drawn) > 1) Plotly.Plots.resize(plot);
  }
});
const watched = new WeakSet();
function fitFigures() {
  for (const place of document.querySelectorAll(".heatmap, .plain-figure, #quality-cost")) {
    if (watched.has(place)) continue;
    watched.add(place);
    cards.observe(place);
  }
}

// A heatmap that is wider than its card scrolls there, and takes the focus for it, so that the keyboard can scroll it too.
function letKeysScroll() {
  for (const place of document.querySelectorAll(".heatmap")) {
    showMore(place);
    const cells = place.id === "heatmap"; // whose cells can be pressed (assets/cell.js)
    if (!cells && place.scrollWidth <= place.clientWidth) {
      place.removeAttribute("tabindex");
      continue;
    }
    place.tabIndex = 0;
    if (cells && place.role) continue; // it has a name of its own (assets/weights.js)
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", `Attention heatmap${cells ? ": arrows go from cell to cell, Enter chooses one" : ""}`);
  }
}
// Where more of it is to the right it fades there (assets/app.css).
function showMore(place) {
  place.toggleAttribute("data-more", place.scrollLeft + place.clientWidth < place.scrollWidth - 1);
}
document.addEventListener("scroll", ({ target }) => {
  if (target.matches?.(".heatmap")) showMore(target);
}, { capture: true, passive: true });
let settling;
function onceSettled() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    letKeysScroll();
    fitFigures();
  }, 100);
}
addEventListener("resize", onceSettled);
new MutationObserver(onceSettled).observe(document.documentElement, { subtree: true, childList: true });
