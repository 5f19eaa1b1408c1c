// Rows that scroll sideways where they do not fit fade on the sides where there is more of them (assets/app.css).
const ROWS = "#tabs > .tab-wrapper .tab-container, .chips, #slim .slim-ways";

function fade(row) {
  row.classList.toggle("more-left", row.scrollLeft > 1);
  row.classList.toggle("more-right", row.scrollLeft + row.clientWidth < row.scrollWidth - 1);
}
document.addEventListener("scroll", ({ target }) => {
  if (target.matches?.(ROWS)) fade(target);
}, { capture: true, passive: true });

const sizes = new ResizeObserver((changes) => changes.forEach(({ target }) => fade(target)));
const watched = new WeakSet();
let planned;
function look() {
  planned = undefined;
  for (const row of document.querySelectorAll(ROWS)) {
    fade(row);
    if (watched.has(row)) continue;
    watched.add(row);
    sizes.observe(row);
  }
}
new MutationObserver(() => (planned ??= setTimeout(look, 100))).observe(document.documentElement, { subtree: true, childList: true });
document.fonts?.ready.then(look);
