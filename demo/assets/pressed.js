// A list of buttons reports which of them was pressed, with all that its data-* attributes say, and when: answers to what
// was pressed quickly one after the other may come in any order.
element.addEventListener("click", (event) => {
  const item = event.target.closest("[data-index], [data-kind]");
  if (!item) return;
  const said = Object.entries(item.dataset).map(([name, value]) => [name, isNaN(value) ? value : Number(value)]);
  window.pressedIndex = item.dataset.index; // for listeners in the page, which are not told
  trigger("select", { ...Object.fromEntries(said), when: event.timeStamp });
});
