// What went wrong is said where a person looks: beside the field that it speaks of, if there is one, and in sight.
const LINE = ".status.error";
const inputOf = (place) => place.querySelector("textarea, input:not([type=range])");
let shown = null; // the line, and what stands beside its field

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
  const line = [...document.querySelectorAll(LINE)].find((each) => each.checkVisibility()) ?? null;
  if (line === shown?.line) return;
  takeAway();
  if (!line) return;
  const place = fieldOf(line), input = place ? inputOf(place) : null;
  const said = place && place.appendChild(Object.assign(document.createElement("p"), { className: "beside-field", id: "beside-field", textContent: line.textContent }));
  input?.setAttribute("aria-invalid", "true");
  input?.setAttribute("aria-describedby", "beside-field");
  shown = { line, said, input };
  (said ?? line).scrollIntoView({ block: "nearest" });
}
document.addEventListener("input", ({ target }) => {
  if (target !== shown?.input) return;
  const { line } = shown;
  takeAway();
  shown = { line }; // it was read
});
new MutationObserver(look).observe(document.documentElement, { subtree: true, childList: true });
