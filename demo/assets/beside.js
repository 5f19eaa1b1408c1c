// What went wrong is said where a person looks: beside the field that it speaks of, if there is one, and in sight.
const LINE = ".status.error";
const inputOf = (place) => place.querySelector("textarea, input:not([type=range])");
let shown = null; // what the line says, and what stands beside its field

function takeAway() {
  if (!shown) return;
  shown.input?.removeAttribute("aria-invalid");
  shown.input?.removeAttribute("aria-describedby");
  shown.said?.remove();
  shown = null;
}
function fieldOf(line) {
  const { field } = line.dataset, view = line.closest("[role=tabpanel]");
  if (!field || !view) return null;
  const name = CSS.escape(field);
  return [...view.querySelectorAll(`#${name}, [id$="-${name}"]`)].find((place) => inputOf(place) && place.checkVisibility({ visibilityProperty: true }));
}
function look() {
  planned = false;
  const line = [...document.querySelectorAll(LINE)].find((each) => each.checkVisibility());
  const says = line && `${line.dataset.field} ${line.textContent}`;
  if (says === shown?.says) return;
  takeAway();
  if (!line) return;
  const place = fieldOf(line), input = place ? inputOf(place) : null;
  const said = place && place.appendChild(Object.assign(document.createElement("p"), { className: "beside-field", id: "beside-field", textContent: line.textContent }));
  input?.setAttribute("aria-invalid", "true");
  input?.setAttribute("aria-describedby", "beside-field");
  shown = { says, said, input };
  (said ?? line).scrollIntoView({ block: "nearest" });
}
document.addEventListener("input", ({ target }) => {
  if (target !== shown?.input) return;
  const { says } = shown;
  takeAway();
  shown = { says }; // it was read
});
// Gradio changes the line that is there, its class and its text alone.
let planned = false;
function plan() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(look);
}
const WATCHED = { subtree: true, childList: true, characterData: true, attributeFilter: ["class", "data-field"] };
new MutationObserver(plan).observe(document.documentElement, WATCHED);
