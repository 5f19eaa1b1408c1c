// What is shown says which question it answers (demo/common/question.py): its bar carries what was asked, window.said holds
// what each view's widgets say now. Where the two differ, the cards that show the view's answer are set back.
// A box in which nobody has typed says null, and the handler hears an empty text.
const lines = (value) => (typeof value === "string" ? value.replaceAll("\r\n", "\n") : value ?? "");
// Boxes that are ticked are the same in any order.
const plain = (value) => {
  const said = lines(value);
  return JSON.stringify(typeof said === "string" ? said.trim() : Array.isArray(said) ? said.toSorted() : said);
};
const alike = (asked, said) =>
  asked?.crc32 === undefined ? plain(asked) === plain(said) : asked.crc32 === crc32(String(lines(said)));
const same = (asked, said) => asked.every((value, i) => value === null || alike(value, said[i]));

// Of a text in UTF-16, as zlib has it.
const TABLE = Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});
function crc32(text) {
  let sum = ~0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    for (const byte of [unit & 255, unit >> 8]) sum = (sum >>> 8) ^ TABLE[(sum ^ byte) & 255];
  }
  return ~sum >>> 0;
}

function answersIt(bar) {
  const { view, asked, place, there } = bar.dataset, said = window.said?.[view];
  if (place && there !== undefined && document.querySelector(place)?.dataset.there !== there) return false;
  return !said || same(JSON.parse(asked), said);
}
// While the answer to it is under way, nobody needs to be told to ask again: the bar would lie over Stop.
const isBusy = (view) => document.querySelector(`#${STATUS[view] ?? `${view}-status`} .busy`) !== null;
const STATUS = { translate: "status", "why-not": "why-status" };
// Attributes and not :has(), which would have the browser look at the whole page again after each change of a figure.
function compare() {
  const earlier = [];
  for (const bar of document.querySelectorAll(".earlier")) {
    const { view } = bar.dataset, answers = answersIt(bar);
    bar.hidden = answers || isBusy(view);
    if (!answers) earlier.push(view);
  }
  for (const card of document.querySelectorAll(".answer")) {
    const setBack = earlier.some((view) => card.classList.contains(`answer-${view}`));
    card.toggleAttribute("data-set-back", setBack && !card.querySelector(".draft"));
  }
  // Who presents needs no buttons for what is answered (assets/screens.css): of another question the bar asks.
  const answered = new Set([...document.querySelectorAll(".earlier")].map(asking));
  for (const row of document.querySelectorAll(".actions")) row.toggleAttribute("data-answered", answered.has(row));
  document.getElementById("slim")?.toggleAttribute("data-of-earlier", earlier.includes("translate"));
  stepAside();
}
addEventListener("said", compare);

// The row of the buttons that ask what the bar's own button asks.
const asking = (bar) => document.getElementById(bar.querySelector("[data-run]")?.dataset.run)?.closest(".actions");
// The bar lies over neither the buttons that ask nor what was refused: where those would be under it, it is not needed.
function stepAside() {
  for (const bar of document.querySelectorAll(".earlier:not([hidden])")) {
    const place = bar.getBoundingClientRect(), { view } = bar.dataset;
    const below = [asking(bar), document.querySelector(`#${STATUS[view] ?? `${view}-status`} .error`)];
    bar.toggleAttribute("data-aside", below.some((part) => {
      const box = part?.getBoundingClientRect();
      return box?.height > 0 && box.bottom > place.top && box.top < place.bottom;
    }));
  }
}
for (const event of ["scroll", "resize"]) addEventListener(event, stepAside, { passive: true });
const WATCHED = ["data-asked", "data-there", "class"]; // "busy" and "draft" may come and go as classes alone
new MutationObserver(compare).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: WATCHED });

document.addEventListener("click", (event) => {
  const wanted = event.target.closest?.("[data-run]")?.dataset.run;
  if (wanted) document.getElementById(wanted)?.click();
});
