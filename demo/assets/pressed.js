// A list of buttons reports which of them was pressed, with all that its data-* attributes say. What was pressed last in
// each list stands in window.pressed, for listeners that are not told.
window.pressed ??= {};
const place = element.closest("[id]:not([id^=html-])").id; // Gradio gives what is inside one of its own
const itemOf = (event) => event.target.closest("[data-index], [data-kind]");
function press(item) {
  const said = Object.entries(item.dataset).map(([name, value]) => [name, isNaN(value) ? value : Number(value)]);
  trigger("select", (window.pressed[place] = Object.fromEntries(said)));
}
element.addEventListener("click", (event) => {
  const item = itemOf(event);
  if (item && !item.ariaDisabled) press(item);
});

// The answer to an earlier press may replace the list while the mouse button is down on it. Then no click comes.
const saidBy = (item) => JSON.stringify({ ...item.dataset });
let down = null;
element.addEventListener("pointerdown", (event) => (down = event.button === 0 ? itemOf(event) : null));
element.addEventListener("pointerup", (event) => {
  const item = itemOf(event), replaced = down && !down.isConnected;
  if (event.pointerType === "mouse" && item && replaced && saidBy(item) === saidBy(down)) press(item);
  down = null;
});
