// A figure as a picture, made in the browser from what it shows at this moment: theme, step and folds included.

const SCALE = 2; // pixels of the picture for each of the page's, so that it is sharp in print

const css = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

// An SVG that is drawn as an image sees none of the page's fonts, so it takes them along.
function fontFaces() {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  return rules.filter((rule) => rule instanceof CSSFontFaceRule && rule.cssText.includes("data:"))
    .map((rule) => rule.cssText).join("");
}

function element(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// The tree is HTML above an SVG of lines; here all of it becomes one SVG, with the colours that the page computed.
function treeDrawing() {
  const canvas = document.querySelector("#tree .canvas");
  if (!canvas) return null;
  const frame = canvas.getBoundingClientRect(), edge = 16;
  const width = frame.width + 2 * edge, height = frame.height + 2 * edge;
  const drawing = element("svg", { width, height, viewBox: `${-edge} ${-edge} ${width} ${height}` });
  drawing.append(element("rect", { x: -edge, y: -edge, width, height, fill: css("--card") }));
  for (const part of canvas.querySelectorAll("path, .crumb, .node")) {
    const look = getComputedStyle(part);
    if (look.visibility === "hidden") continue;
    if (part.localName === "path") {
      const { stroke, strokeWidth } = look;
      drawing.append(element("path", { d: part.getAttribute("d"), fill: "none", stroke, "stroke-width": strokeWidth }));
    } else drawing.append(...box(part, look, frame));
  }
  return drawing;
}

function box(part, look, frame) {
  const place = part.getBoundingClientRect();
  const x = place.left - frame.left, y = place.top - frame.top, chosen = part.matches(".chosen");
  const stroke = chosen ? css("--accent") : part.matches(".node.kept") ? "none" : css("--quiet");
  const shape = element("rect", {
    x, y, width: place.width, height: place.height, rx: part.matches(".crumb") ? 3 : 7, fill: look.backgroundColor,
    stroke, "stroke-width": chosen ? 1.5 : 1, "stroke-dasharray": part.matches(".finished:not(.chosen)") ? "3 3" : "none",
  });
  if (part.matches(".crumb")) return [shape];
  const text = { x: x + place.width / 2, y: y + place.height / 2, "text-anchor": "middle", "dominant-baseline": "central" };
  return [shape, element("text", { ...text, fill: look.color, "font-family": look.fontFamily, "font-size": look.fontSize },
    part.textContent)];
}

// Plotly draws its picture anew and without the page's style sheet, so the theme's colours go into the figure first.
async function heatmapDrawing() {
  const figure = document.querySelector("#heatmap .js-plotly-plot");
  if (!figure?.data?.length) return null;
  const night = document.body.classList.contains("dark");
  const shade = (colour) => (night ? colour.replace(/\d+,\d+,\d+/, "168,191,255") : colour);
  const data = figure.data.map((trace) => ({
    ...trace, colorscale: trace.colorscale?.map(([at, colour]) => [at, shade(colour)]),
  }));
  const layout = { ...figure.layout, paper_bgcolor: css("--card"), font: { ...figure.layout.font, color: css("--soft") } };
  const { width, height } = figure.getBoundingClientRect();
  const url = await Plotly.toImage({ data, layout }, { format: "svg", width, height });
  const source = decodeURIComponent(url.slice(url.indexOf(",") + 1));
  return new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
}

async function picture(drawing) {
  drawing.prepend(element("style", {}, fontFaces()));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * SCALE;
  canvas.height = image.height * SCALE;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

const DRAWINGS = { tree: ["beam-tree.png", treeDrawing], heatmap: ["attention.png", heatmapDrawing] };
document.addEventListener("click", async (event) => {
  const wanted = event.target.closest?.("[data-png]")?.dataset.png;
  if (!(wanted in DRAWINGS)) return;
  const [name, draw] = DRAWINGS[wanted], drawing = await draw();
  if (drawing) saveBlob(await picture(drawing), name);
});

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
    text = text.replace(file.mark, () => plotly); // the first mark, which stands before anything a person typed
  }
  saveBlob(new Blob([text], { type: file.type }), file.name);
};

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
    const cells = place.id === "heatmap"; // whose cells can be pressed (assets/cell.js)
    if (!cells && place.scrollWidth <= place.clientWidth) {
      place.removeAttribute("tabindex");
      continue;
    }
    place.tabIndex = 0;
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", `Attention heatmap${cells ? ": arrows go from cell to cell, Enter chooses one" : ""}`);
  }
}
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
