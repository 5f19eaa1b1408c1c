// A list of buttons reports which of them was pressed, with all that its data-* attributes say. The list is drawn anew
// after each press, so the focus, and what was folded open, is found again by what the elements are.
const key = (item) => `${item?.dataset.kind} ${item?.dataset.index}`;
let held = null;
const open = new Set();
element.addEventListener("click", (event) => {
  const item = event.target.closest("[data-kind]");
  if (!item) return;
  held = key(item);
  window.pressedKind = item.dataset.kind;
  const said = Object.entries(item.dataset).map(([name, value]) => [name, isNaN(value) ? value : Number(value)]);
  trigger("select", Object.fromEntries(said));
});
element.addEventListener("focusin", (event) => { held = key(event.target.closest("[data-kind]")); });
document.addEventListener("focusin", (event) => { if (!element.contains(event.target)) held = null; });
element.addEventListener("toggle", (event) => {
  const place = event.target.dataset.fold;
  if (event.target.open) open.add(place); else if (event.target.isConnected) open.delete(place);
}, true);
new MutationObserver(() => {
  for (const fold of element.querySelectorAll("[data-fold]")) fold.open = open.has(fold.dataset.fold);
  if (!held || document.activeElement !== document.body) return;
  const buttons = [...element.querySelectorAll("button[data-kind]:not(:disabled)")];
  const last = (kind) => buttons.filter((button) => button.dataset.kind === kind).at(-1);
  (buttons.find((button) => key(button) === held) ?? last(held.split(" ")[0]) ?? last("add"))?.focus();
}).observe(element, { subtree: true, childList: true });
