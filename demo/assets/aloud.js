// The translation is read aloud, once for each result and each candidate that is looked into: not its drafts, nor the facts
// about it.
let told = "";
function tell() {
  const place = document.getElementById("announced"), status = document.querySelector("#status .status");
  const said = document.querySelector("#translation .translation:not(.draft)");
  if (!place || !status || !said) return;
  if (status.matches(".busy")) return void (told = "");
  if (!status.querySelector("a.state")) return;
  const words = [...said.querySelectorAll(".word:not(.end), .nothing, .cut")].map((word) => word.textContent);
  const language = document.querySelector(".target h2")?.textContent ?? "";
  const text = `${language}: ${words.join(" ") || said.textContent}`;
  if (text === told) return; // another display of it, by words for instance
  place.textContent = told = text;
  place.lang = said.lang;
}
// Gradio changes what is there, attributes and text alone where that is all.
const WATCHED = { subtree: true, childList: true, characterData: true, attributeFilter: ["class", "href"] };
let planned;
new MutationObserver(() => {
  cancelAnimationFrame(planned);
  planned = requestAnimationFrame(tell);
}).observe(document.documentElement, WATCHED);
