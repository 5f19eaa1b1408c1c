// Of the heatmap, which is drawn elsewhere, the cell that was pressed (assets/cell.js), as a list of buttons reports its own.
window.pressed ??= {};
addEventListener("heatmap-cell", (event) => trigger("select", (window.pressed.cell = event.detail)));
