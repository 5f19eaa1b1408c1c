// Every figure as a file, made in the browser, with a caption that says what it is of. SVG and PDF are light and laid out for
// paper: whatever the figure has to say fits a column of 84 mm and is legible there, in parts below each other where one is too
// narrow for it. PNG is as the page looks.
const COLUMN = 424, MM = 84 / COLUMN; // pixels laid out for a column: 12 of them are 6.7 points high
const SCALE = 2; // pixels of a PNG for each of the page's, so that it is sharp in print
const EDGE = 12, LINE = 16, ROOM = COLUMN - 2 * EDGE;
const SMALL = 9.5; // pixels of the smallest type on paper: 5.3 points
const BETWEEN = 10; // pixels between the parts of a figure
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

// The tree is HTML above an SVG of lines; here all of it becomes one drawing, with the colours that the page computed. On paper
// it is as small as its type may be, and what does not fit beside each other goes on below.
function treeDrawing(paper) {
  const canvas = document.querySelector("#tree .canvas"), frame = canvas.getBoundingClientRect();
  const words = [...canvas.querySelectorAll(".node")].filter((node) => getComputedStyle(node).visibility !== "hidden");
  const type = parseFloat(getComputedStyle(words[0]).fontSize);
  const times = paper ? Math.min(1, Math.max(SMALL / type, ROOM / frame.width)) : 1;
  const starts = paper ? bands(words.map((node) => times * (node.getBoundingClientRect().left - frame.left)), times * frame.width) : [0];
  const drawn = starts.map(() => ({ parts: [], right: 0, bottom: 0 }));
  const pen = { frame, times, lines: (times * frame.width) / canvas.querySelector("svg").viewBox.baseVal.width };
  for (const part of canvas.querySelectorAll("path, .crumb, .node")) {
    const look = getComputedStyle(part);
    if (look.visibility === "hidden") continue;
    const { elements, from, right, bottom } = part.localName === "path" ? line(part, look, pen) : box(part, look, pen);
    const band = starts.findLastIndex((start) => start <= from), there = drawn[band];
    there.parts.push(...elements);
    there.right = Math.max(there.right, right - starts[band]);
    there.bottom = Math.max(there.bottom, bottom);
  }
  const drawing = element("g", {});
  let height = 0;
  drawn.forEach(({ parts, bottom }, i) => {
    const band = element("g", { transform: `translate(${-starts[i]} ${height})` });
    band.append(...parts);
    drawing.append(band);
    height += bottom + BETWEEN;
  });
  return paper ? { drawing, width: Math.max(...drawn.map(({ right }) => right)), height } : { drawing, width: frame.width, height: frame.height };
}

// Where the parts of a tree begin that go below each other: each at a column, as many in one as there is room for.
function bands(lefts, width) {
  const columns = [...new Set(lefts.map(Math.round))].sort((one, other) => one - other), starts = [0];
  columns.forEach((left, i) => {
    if ((columns[i + 1] ?? width) - starts.at(-1) > ROOM && left > starts.at(-1)) starts.push(left - 1);
  });
  return starts;
}

// A line belongs to where it ends but for its last pixels, which is where it begins: the gap behind its column.
function line(part, { stroke, strokeWidth }, { lines }) {
  const d = part.getAttribute("d"), [x, y] = d.match(/[\d.]+/g).slice(-2).map((end) => end * lines);
  const look = { d, transform: `scale(${lines})`, fill: "none", stroke: plain(stroke), "stroke-width": parseFloat(strokeWidth) };
  return { elements: [element("path", look)], from: x - 4 * lines, right: x, bottom: y };
}

function box(part, look, { frame, times }) {
  const place = part.getBoundingClientRect(), width = times * place.width, height = times * place.height;
  const x = times * (place.left - frame.left), y = times * (place.top - frame.top), chosen = part.matches(".chosen");
  const stroke = chosen ? css("--accent") : part.matches(".node.kept") ? "none" : css("--quiet");
  const shape = element("rect", {
    x, y, width, height, rx: part.matches(".crumb") ? 3 : 7, fill: plain(look.backgroundColor),
    stroke, "stroke-width": chosen ? 1.5 : 1, "stroke-dasharray": part.matches(".finished:not(.chosen)") ? "3 3" : "none",
  });
  const all = { from: x, right: x + width + 1, bottom: y + height + 1 };
  if (part.matches(".crumb")) return { elements: [shape], ...all };
  const size = times * parseFloat(look.fontSize);
  const at = { x: x + width / 2, y: y + height / 2 + 0.36 * size, "text-anchor": "middle" };
  const text = element("text", { ...at, fill: plain(look.color), "font-family": "Inter", "font-size": size }, part.textContent);
  return { elements: [shape, text], ...all };
}

// On paper a heatmap's cells are about as wide as high, and its bars keep their height. More columns than have room are written
// small, so many in each of the parts that stand below each other.
const SCALE_BESIDE = 70; // pixels of a scale beside the cells
function onPaper(plot, { data, layout, height }) {
  const [cells] = data;
  if (cells?.type !== "heatmap") return [{ ...unnamed(data, layout), width: ROOM, height }];
  const { l, r, t, b } = layout.margin, inside = height - t - b, room = ROOM - l - r - (cells.colorbar ? SCALE_BESIDE : 0);
  const bars = layout.yaxis2 ? layout.yaxis2.domain[1] * inside : 0, gap = bars ? layout.yaxis.domain[0] * inside - bars : 0;
  const number = layout.xaxis.tickvals.length, needed = (size) => Math.ceil(number / Math.max(1, Math.floor(room / (size + 1))));
  const type = (axis) => axis.tickfont?.size ?? layout.font.size, small = needed(type(layout.xaxis)) > 1;
  const typed = (axis) => (small ? { ...axis, tickfont: { ...axis.tickfont, size: SMALL } } : axis), xaxis = typed(layout.xaxis), yaxis = typed(layout.yaxis);
  const parts = needed(type(xaxis)), columns = Math.ceil(number / parts), wide = room / columns;
  const all = yaxis.tickvals.length * Math.min(26, Math.max(type(yaxis) + 3, wide)) + gap + bars;
  const fitted = bars
    ? { ...layout, xaxis, yaxis: { ...yaxis, domain: [(gap + bars) / all, 1] }, yaxis2: { ...layout.yaxis2, domain: [0, bars / all] } }
    : { ...layout, xaxis: { ...xaxis, tickangle: wide < 2 * type(xaxis) ? -90 : xaxis.tickangle }, yaxis };
  return Array.from({ length: parts }, (_, i) => ({ ...cut(data, plot._fullData, fitted, i * columns, columns), width: ROOM, height: t + all + b }));
}

// The columns of a heatmap from one on, and its bars; numbers as Plotly reads them, which Gradio sends packed.
function cut([cells, bars], read, layout, from, columns) {
  const some = (list) => (list?.slice ? list.slice(from, from + columns) : list), { xaxis, shapes, title } = layout;
  const ticktext = some(xaxis.ticktext), last = from + columns >= xaxis.ticktext.length;
  const moved = shapes?.filter(({ x0, x1 }) => x1 > from && x0 < from + columns - 1).map((one) => ({ ...one, x0: one.x0 - from, x1: one.x1 - from }));
  const shown = [{ ...cells, x: undefined, z: Array.from(read[0].z, some), customdata: undefined }];
  if (bars) shown.push({ ...bars, y: some(read[1].y), text: some(bars.text), customdata: undefined });
  return {
    data: shown,
    layout: {
      ...layout, shapes: moved, title: last ? title : undefined,
      xaxis: { ...xaxis, ticktext, tickvals: ticktext.map((_, i) => i), range: [-0.5, columns - 0.5], autorange: false },
    },
  };
}

// A column has no room for names beside points: their numbers stay, which the caption explains (demo/compare/trade_off.py,
// demo/sets/quality_cost.py).
function unnamed(data, layout) {
  const annotations = layout.annotations?.filter(({ align }) => align !== "left").map((each) => ({ ...each, opacity: 1 }));
  return {
    data: data.map((trace) => (trace.mode === "markers+text" ? { ...trace, mode: "markers" } : trace)),
    layout: annotations ? { ...layout, annotations } : layout,
  };
}

// Figures are made for a light page; dark mode takes their ink and quiet colour, and leaves what stands on a bright disc.
const ON_DISCS = 12;
function inTheme(part, usually) {
  const inked = JSON.stringify(part).replaceAll("#17181c", css("--ink")).replaceAll("#5c6068", css("--soft"));
  const changed = JSON.parse(inked);
  part.annotations?.forEach(({ font }, i) => {
    if (usually.annotations[i]?.font?.size === ON_DISCS) changed.annotations[i].font = font;
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
  const { width, height } = plot.getBoundingClientRect(), night = document.body.classList.contains("dark");
  const parts = paper ? onPaper(plot, usual(plot)) : [{ data: plot.data, layout: inTheme(plot.layout, usual(plot).layout), width, height }];
  const drawing = element("g", {}), all = { drawing, width: parts[0].width, height: -BETWEEN, colours: scaled(plot.data[0], paper, night) };
  for (const part of parts) {
    const place = element("g", { transform: `translate(0 ${all.height + BETWEEN})` });
    place.append(...(await pictured({ ...part, data: part.data.map((trace) => scaled(trace, paper, night)) })));
    drawing.append(place);
    all.height += part.height + BETWEEN;
  }
  return all;
}
async function pictured({ data, layout, width, height }) {
  const fitted = { ...layout, autosize: false, width, height, paper_bgcolor: "rgba(0,0,0,0)" };
  const url = await Plotly.toImage({ data, layout: fitted }, { format: "svg", width, height });
  return new DOMParser().parseFromString(decodeURIComponent(url.slice(url.indexOf(",") + 1)), "image/svg+xml").documentElement.children;
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
  const view = [...(block.closest(".answer")?.classList ?? [])].find((name) => name.startsWith("answer-"))?.slice("answer-".length);
  const told = document.querySelector(`.earlier[data-view="${view}"]`)?.dataset.caption;
  const aside = before?.querySelector(".aside")?.textContent ?? "";
  const { made } = document.querySelector("#masthead .wordmark").dataset;
  return {
    title: before?.querySelector("h2")?.textContent ?? "Figure",
    facts: [...(told ? JSON.parse(told) : linked(block)), aside, made].filter(Boolean),
  };
}

// What a figure says that shows no such answer: where its numbers were measured, else the link to what the view shows.
function linked(block) {
  const view = block.closest("[role=tabpanel]"), measured = view?.querySelector(".measured");
  if (measured) return [measured.textContent.replace(/\.$/, "")];
  const link = view?.querySelector("a.state")?.getAttribute("href");
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
  const whole = Math.max(width, paper ? ROOM : 320) + 2 * EDGE, room = whole - 2 * EDGE;
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
  const figure = plot ? await plotDrawing(plot, paper) : look(() => treeDrawing(paper));
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
    if (there) named(block, row);
    if (row && row.hidden === there) row.hidden = !there;
  }
}
// Heard as one picture with a name, where Plotly has three without; what it shows is told by itself or the tables beside it.
// Of several figures below one heading each says what it is of.
function named(block, row) {
  const plot = plotIn(block), { of, summary } = plot?.layout?.meta ?? {};
  const title = [captionOf(block).title, of].filter(Boolean).join(": ");
  nameButtons(row, title);
  if (!plot || block.id === "heatmap") return; // which is heard with its cells (assets/weights.js)
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", `Figure: ${[title, summary].filter(Boolean).join(". ")}`);
}
function buttons(block) {
  const row = Object.assign(document.createElement("div"), { className: "downloads take-figure", role: "group" });
  for (const [kind, [name, what]] of Object.entries(KINDS)) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name, title: `Save the figure, ${what}` });
    button.dataset.save = kind;
    button.addEventListener("click", () => take(block, kind));
    row.append(button);
  }
  const foot = block.closest(".card")?.querySelector(`.foot[data-of="${block.id}"]`);
  (foot ?? block).append(row);
  return row;
}
function nameButtons(row, title) {
  row.ariaLabel = `Save the figure: ${title}`;
  for (const button of row.children) {
    const [name, what] = KINDS[button.dataset.save];
    button.ariaLabel = `${name}: save the figure “${title}”, ${what}`;
  }
}
let settling;
new MutationObserver(() => {
  clearTimeout(settling);
  settling = setTimeout(offer, 150);
}).observe(document.documentElement, { subtree: true, childList: true });
