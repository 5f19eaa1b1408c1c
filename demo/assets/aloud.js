// What was said is read aloud: the translation once for each result and each candidate that is looked into, not its drafts, nor
// the facts about it; of a comparison what each card says, once all have run.
const LONGEST = 5; // cards; the board has them all
const told = {};
function tell() {
  const place = document.getElementById("announced"), [view, status, answer] = compared() ?? translated();
  if (!place || !status) return;
  if (status.matches(".busy")) return void delete told[view];
  const said = answer();
  if (!said || said.text === told[view]) return; // another display of it, by words for instance
  place.textContent = told[view] = said.text;
  place.lang = said.lang;
}
// A view, its status, and what is told of its answer.
function translated() {
  return ["translate", document.querySelector("#status .status"), () => {
    const said = document.querySelector("#translation .translation:not(.draft)");
    if (!said || !document.querySelector("#status .done")) return null; // neither stopped nor refused
    const words = [...said.querySelectorAll(".word:not(.end), .nothing, .cut")].map((word) => word.textContent);
    const language = document.querySelector(".target h2")?.textContent ?? "";
    return { text: `${language}: ${words.join(" ") || said.textContent}`, lang: said.lang };
  }];
}
function compared() {
  const board = document.getElementById("board"), status = document.querySelector("#compare-status .status");
  if (!status || !board?.checkVisibility()) return null;
  return ["compare", status, () => {
    const cards = [...board.querySelectorAll(".contestant:not(.waiting)")].filter((card) => card.querySelector(".said p[lang]"));
    if (!status.matches(".done") || !cards.length) return null;
    const text = cards.slice(0, LONGEST).map((card) => `${card.querySelector(".who b").textContent}: ${saidBy(card)}`);
    return { text: text.join(" "), lang: cards[0].querySelector(".said p").lang };
  }];
}
function saidBy(card) {
  const said = card.querySelector(".said p").cloneNode(true);
  for (const gap of said.querySelectorAll(".gap")) gap.remove();
  return said.textContent;
}
// Gradio changes what is there, attributes and text alone where that is all.
const WATCHED = { subtree: true, childList: true, characterData: true, attributeFilter: ["class", "href"] };
let planned;
new MutationObserver(() => {
  cancelAnimationFrame(planned);
  planned = requestAnimationFrame(tell);
}).observe(document.documentElement, WATCHED);
