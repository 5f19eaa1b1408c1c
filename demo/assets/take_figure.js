// Every figure as a file, made in the browser, with a caption that says what it is of. SVG and PDF are light and laid out for
// paper: whatever the figure has to say fits a column of 84 mm, or is wider, and is legible there. PNG is as the page looks.
const COLUMN = 424, MM = 84 / COLUMN; // pixels laid out for a column: 12 of them are 6.7 points high
const SCALE = 2; // pixels of a PNG for each of the page's, so that it is sharp in print
const EDGE = 12, LINE = 16;
const FIGURES = ".heatmap, .plain-figure, #quality-cost, #tree";
const NAMES = { heatmap: "attention", tree: "beam-tree" };

const css = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();
const plotIn = (block) => block.querySelector(".js-plotly-plot");

function element(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// ---- The figure itself: {drawing, width, height}, the drawing a <g> ------------------------------------------------------

// Colours as programs other than browsers read them, as they are on the card: what color-mix() comes to is in none of the old
// notations, and not every program knows alpha.
const STEPS = 24;
const brush = Object.assign(document.createElement("canvas"), { width: STEPS, height: 1 }).getContext("2d", { willReadFrequently: true });
function painted(fill, count) {
  for (const style of [css("--card"), fill]) {
    brush.fillStyle = style;
    brush.fillRect(0, 0, STEPS, 1);
  }
  const { data } = brush.getImageData(0, 0, count, 1);
  return Array.from({ length: count }, (_, i) => `rgb(${data.slice(4 * i, 4 * i + 3).join(",")})`);
}
const plain = (colour) => painted(colour, 1)[0];

// What the colours of a heatmap stand for, where it has no scale of its own; its right upper corner is at x and y.
function scaleOf({ colorscale, showscale, zmin, zmax, type }, x, y) {
  if (type !== "heatmap" || showscale !== false || !Array.isArray(colorscale)) return [];
  const gradient = brush.createLinearGradient(0, 0, STEPS, 0), wide = 4, text = { "font-family": "Inter", "font-size": 12, fill: css("--soft") };
  for (const [at, colour] of colorscale) gradient.addColorStop(at, colour);
  const left = x - STEPS * wide - 14, boxes = painted(gradient, STEPS).map((fill, i) => element("rect", { x: left + i * wide, y, width: wide + 0.2, height: 9, fill }));
  return [element("text", { ...text, x: left - 6, y: y + 9, "text-anchor": "end" }, zmin), ...boxes,
    element("text", { ...text, x: x - 8, y: y + 9 }, zmax)];
}

// The tree is HTML above an SVG of lines; here all of it becomes one drawing, with the colours that the page computed.
function treeDrawing() {
  const canvas = document.querySelector("#tree .canvas"), frame = canvas.getBoundingClientRect();
  const drawing = element("g", {}), times = frame.width / canvas.querySelector("svg").viewBox.baseVal.width;
  for (const part of canvas.querySelectorAll("path, .crumb, .node")) {
    const look = getComputedStyle(part);
    if (look.visibility === "hidden") continue;
    if (part.localName === "path") {
      const { stroke, strokeWidth } = look;
      const line = { d: part.getAttribute("d"), transform: `scale(${times})` }; // drawn for the page's usual type
      drawing.append(element("path", { ...line, fill: "none", stroke: plain(stroke), "stroke-width": parseFloat(strokeWidth) }));
    } else drawing.append(...box(part, look, frame));
  }
  return { drawing, width: frame.width, height: frame.height };
}

function box(part, look, frame) {
  const place = part.getBoundingClientRect();
  const x = place.left - frame.left, y = place.top - frame.top, chosen = part.matches(".chosen");
  const stroke = chosen ? css("--accent") : part.matches(".node.kept") ? "none" : css("--quiet");
  const shape = element("rect", {
    x, y, width: place.width, height: place.height, rx: part.matches(".crumb") ? 3 : 7, fill: plain(look.backgroundColor),
    stroke, "stroke-width": chosen ? 1.5 : 1, "stroke-dasharray": part.matches(".finished:not(.chosen)") ? "3 3" : "none",
  });
  if (part.matches(".crumb")) return [shape];
  const size = parseFloat(look.fontSize);
  const at = { x: x + place.width / 2, y: y + place.height / 2 + 0.36 * size, "text-anchor": "middle" };
  return [shape, element("text", { ...at, fill: plain(look.color), "font-family": "Inter", "font-size": size }, part.textContent)];
}

// On paper a heatmap's cells are about as wide as high, and its bars keep their height.
function onPaper(plot, layout) {
  const least = parseFloat(getComputedStyle(plot.closest("[data-testid=plotly]") ?? plot).minWidth) || 0;
  const named = layout.annotations?.some(({ text }) => text?.length > 3);
  const width = Math.max(COLUMN - 2 * EDGE, least, named ? 1.4 * COLUMN : 0);
  if (!layout.yaxis2) return { width, height: plot._fullLayout.height, layout };
  const { l, r, t, b } = layout.margin, inside = plot._fullLayout._size.h;
  const bars = layout.yaxis2.domain[1] * inside, gap = layout.yaxis.domain[0] * inside - bars;
  const [columns, rows] = [layout.xaxis, layout.yaxis].map(({ tickvals }) => tickvals.length);
  const all = rows * Math.min(26, Math.max(16, (width - l - r) / columns)) + gap + bars;
  return {
    width, height: t + all + b,
    layout: {
      ...layout, yaxis: { ...layout.yaxis, domain: [(gap + bars) / all, 1] }, yaxis2: { ...layout.yaxis2, domain: [0, bars / all] },
    },
  };
}

// Figures are made for a light page; dark mode takes their ink and quiet colour, and leaves what stands on a bright disc.
const ON_DISCS = 12;
function inTheme(part) {
  const inked = JSON.stringify(part).replaceAll("#17181c", css("--ink")).replaceAll("#5c6068", css("--soft"));
  const changed = JSON.parse(inked);
  part.annotations?.forEach(({ font }, i) => {
    if (font?.size === ON_DISCS) changed.annotations[i].font = font;
  });
  return changed;
}

// Colours of the weights: lighter in dark mode, opaque on paper, since not every program knows alpha in a scale.
function scaled(trace, paper, night) {
  const shade = (colour) => (paper ? inDaylight(() => plain(colour)) : night ? colour.replace(/\d+,\s*\d+,\s*\d+/, "168,191,255") : colour);
  const colorscale = Array.isArray(trace.colorscale) ? trace.colorscale.map(([at, colour]) => [at, shade(colour)]) : trace.colorscale;
  const textfont = trace.type === "bar" && trace.textfont ? { ...trace.textfont, color: css("--soft") } : trace.textfont;
  return { ...trace, colorscale, textfont: paper ? trace.textfont : textfont };
}

// Plotly draws its picture anew and without the page's style sheet, so the theme's colours go into the figure first.
async function plotDrawing(plot, paper) {
  const shown = plot.getBoundingClientRect(), night = document.body.classList.contains("dark");
  const { width, height, layout } = paper
    ? onPaper(plot, usualLayout(plot.layout)) : { width: shown.width, height: shown.height, layout: inTheme(plot.layout) };
  const data = plot.data.map((trace) => scaled(trace, paper, night));
  const fitted = { ...layout, autosize: false, width, height, paper_bgcolor: "rgba(0,0,0,0)" };
  const url = await Plotly.toImage({ data, layout: fitted }, { format: "svg", width, height });
  const source = new DOMParser().parseFromString(decodeURIComponent(url.slice(url.indexOf(",") + 1)), "image/svg+xml");
  const drawing = element("g", {});
  drawing.append(...source.documentElement.children);
  return { drawing, width, height, colours: data[0] };
}

// With the light theme for as long as nobody can see it.
function inDaylight(make) {
  const { classList } = document.body, night = classList.contains("dark");
  classList.remove("dark");
  try {
    return make();
  } finally {
    if (night) classList.add("dark");
  }
}

// ---- Its caption ----------------------------------------------------------------------------------------------------------

// What the figure is, of what, made how and with what: the card's heading, what the view's answer answers, the version.
function captionOf(block) {
  const card = block.closest(".card") ?? block, heads = [...card.querySelectorAll(".heading")];
  const before = heads.filter((head) => head.compareDocumentPosition(block) & Node.DOCUMENT_POSITION_FOLLOWING).pop() ?? heads[0];
  const view = [...card.classList].find((name) => name.startsWith("answer-"))?.slice("answer-".length);
  const told = document.querySelector(`.earlier[data-view="${view}"]`)?.dataset.caption;
  const aside = before?.querySelector(".aside")?.textContent ?? "";
  const { made } = document.querySelector("#masthead .wordmark").dataset;
  return {
    title: before?.querySelector("h2")?.textContent ?? "Figure",
    facts: [...(told ? JSON.parse(told) : linked(block)), aside, made].filter(Boolean),
  };
}

// What a view without such an answer says of itself: the link to what is shown.
function linked(block) {
  const link = block.closest("[role=tabpanel]")?.querySelector("a.state")?.getAttribute("href");
  const query = new URLSearchParams(link ?? "");
  return ["text", "reference", "models", "model"].filter((name) => query.get(name))
    .map((name) => (name === "text" || name === "reference" ? `“${query.get(name)}”` : query.get(name)));
}

const ruler = document.createElement("canvas").getContext("2d");
function wrapped(text, width) {
  ruler.font = "400 12px Inter";
  const lines = [""];
  for (const word of text.split(/\s+/).flatMap((long) => long.match(/.{1,48}/gu) ?? [])) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (ruler.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function captioned({ drawing, width, height, colours = {} }, { title, facts }, paper) {
  const whole = Math.max(width, paper ? COLUMN - 2 * EDGE : 320) + 2 * EDGE, room = whole - 2 * EDGE;
  const lines = wrapped(`${facts.join(" · ")}.`, room), tall = height + 2 * EDGE + LINE * (1.5 + lines.length);
  const unit = paper ? "mm" : "px", per = paper ? MM : 1;
  const file = element("svg", { width: `${whole * per}${unit}`, height: `${tall * per}${unit}`, viewBox: `0 0 ${whole} ${tall}` });
  file.append(element("title", {}, title), element("desc", {}, facts.join(" · ")));
  file.append(element("rect", { width: whole, height: tall, fill: css("--card") }));
  drawing.setAttribute("transform", `translate(${(whole - width) / 2} ${EDGE})`);
  const words = { x: EDGE, "font-family": "Inter", "font-size": 12 }, top = EDGE + height + LINE;
  file.append(drawing, element("text", { ...words, y: top, "font-weight": "bold", fill: css("--ink") }, title));
  file.append(...scaleOf(colours, whole - EDGE, top - 9));
  lines.forEach((line, i) => file.append(element("text", { ...words, y: top + LINE * (i + 1), fill: css("--soft") }, line)));
  return { file, width: whole, height: tall };
}

// ---- Files ----------------------------------------------------------------------------------------------------------------

// An SVG outside of the page sees none of its fonts, so it takes along the one that figures are set in.
function withFont(file) {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const faces = rules.filter((rule) => rule instanceof CSSFontFaceRule && /Inter/.test(rule.cssText) && rule.cssText.includes("data:"));
  file.prepend(element("style", {}, faces.map((rule) => rule.cssText).join("")));
  return new XMLSerializer().serializeToString(file);
}

async function asPng({ file, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(withFont(file))}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.ceil(width * SCALE), height: Math.ceil(height * SCALE) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

const asSvg = ({ file }) => new Blob([withFont(file)], { type: "image/svg+xml" });

// jsPDF and svg2pdf.js, half a megabyte, and the figures' font come from the app when somebody first wants a PDF.
const place = (name) => `${gradio_config.root}${document.querySelector("#masthead .wordmark").dataset.pdf}/${name}`;
const script = (name) => new Promise((done, failed) => {
  document.head.append(Object.assign(document.createElement("script"), { src: place(name), onload: done, onerror: failed }));
});
async function font(doc, name, weight) {
  const bytes = new Uint8Array(await (await fetch(place(name))).arrayBuffer());
  doc.addFileToVFS(name, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
  doc.addFont(name, "Inter", weight);
}
let libraries = null;
async function asPdf({ file, width, height }, { title, facts }) {
  libraries ??= script("jspdf.umd.min.js").then(() => script("svg2pdf.umd.min.js"));
  await libraries;
  const size = [width * MM, height * MM];
  const doc = new jspdf.jsPDF({ unit: "mm", format: size, orientation: size[0] > size[1] ? "l" : "p", compress: true, putOnlyUsedFonts: true });
  await font(doc, "inter-regular.ttf", "normal");
  await font(doc, "inter-semibold.ttf", "bold");
  doc.setProperties({ title, subject: facts.join(" · "), creator: facts.at(-1) });
  doc.setFont("Inter", "normal");
  const known = doc.getFont().metadata.cmap.unicode.codeMap;
  const aside = document.body.appendChild(Object.assign(document.createElement("div"), { className: "sr", ariaHidden: "true" }));
  aside.append(file); // what is not on the page has no measures
  try {
    for (const text of file.querySelectorAll("text")) drawStrange(text, known);
    await doc.svg(file, { x: 0, y: 0, width: size[0], height: size[1] });
  } finally {
    aside.remove();
  }
  return doc.output("blob");
}

// The font has Europe's letters; what it lacks, the end sign or whatever a person typed, goes in as the browser draws it.
function drawStrange(text, known) {
  const said = text.textContent;
  if ([...said].every((sign) => known[sign.codePointAt(0)] || /\s/.test(sign))) return;
  const look = getComputedStyle(text), { x, y, width, height } = text.getBBox(), fine = 6;
  if (!width || !height) return;
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.ceil(width * fine), height: Math.ceil(height * fine) });
  const pen = canvas.getContext("2d");
  pen.scale(fine, fine);
  pen.font = `${look.fontWeight} ${look.fontSize} Inter, system-ui, sans-serif`;
  pen.fillStyle = look.fill;
  const lines = [...text.querySelectorAll("tspan")].map((line) => line.textContent), rows = lines.length ? lines : [said];
  rows.forEach((line, i) => pen.fillText(line, 0, ((i + 0.8) * height) / rows.length));
  const image = element("image", { x, y, width, height });
  image.setAttributeNS("http://www.w3.org/1999/xlink", "href", canvas.toDataURL("image/png"));
  if (text.hasAttribute("transform")) image.setAttribute("transform", text.getAttribute("transform"));
  text.replaceWith(image);
}

const KINDS = { svg: ["SVG", "for paper", asSvg], png: ["PNG", "as it looks here, twice as fine", asPng], pdf: ["PDF", "for paper", asPdf] };

async function take(block, kind) {
  const paper = kind !== "png", plot = plotIn(block), caption = captionOf(block), look = paper ? inDaylight : (make) => make();
  const figure = plot ? await plotDrawing(plot, paper) : look(treeDrawing);
  const name = NAMES[block.id] ?? caption.title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  saveBlob(await KINDS[kind][2](look(() => captioned(figure, caption, paper)), caption), `${name}.${kind}`);
}

// ---- The buttons below every figure ---------------------------------------------------------------------------------------

const offered = new WeakMap();
function offer() {
  for (const block of document.querySelectorAll(FIGURES)) {
    const there = Boolean(plotIn(block)?.data?.length || block.querySelector(".canvas"));
    if (there && !offered.get(block)?.isConnected) offered.set(block, buttons(block));
    const row = offered.get(block);
    if (row && row.hidden === there) row.hidden = !there;
  }
}
function buttons(block) {
  const row = Object.assign(document.createElement("div"), { className: "downloads take-figure", role: "group" });
  const { title } = captionOf(block);
  row.ariaLabel = `Save the figure: ${title}`;
  for (const [kind, [name, what]] of Object.entries(KINDS)) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name, title: `Save the figure, ${what}` });
    button.ariaLabel = `${name}: save the figure “${title}”, ${what}`;
    button.dataset.save = kind;
    button.addEventListener("click", () => take(block, kind));
    row.append(button);
  }
  const foot = block.closest(".card")?.querySelector(`.foot[data-of="${block.id}"]`);
  (foot ?? block).append(row);
  return row;
}
let settling;
new MutationObserver(() => {
  clearTimeout(settling);
  settling = setTimeout(offer, 150);
}).observe(document.documentElement, { subtree: true, childList: true });
