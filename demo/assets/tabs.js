// The views' tabs stand in one row. Where it does not fit, the present one is kept in sight (assets/sideways.js lets the row
// fade); arrows, Home and End move between them, as a screen reader's users expect of tabs.
const ROW = "#tabs > .tab-wrapper .tab-container";
let row = null, shown = null;

function follow() {
  const now = row.querySelector("[aria-selected=true]");
  if (!now || now === shown) return;
  shown = now;
  row.scrollTo({ left: now.offsetLeft - (row.clientWidth - now.offsetWidth) / 2 });
}

function begin() {
  row = document.querySelector(ROW);
  if (!row) return;
  waiting.disconnect();
  row.setAttribute("aria-label", "Views");
  row.addEventListener("keydown", (event) => {
    const tabs = [...row.querySelectorAll("[role=tab]")], at = tabs.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    tabs[(to + tabs.length) % tabs.length].focus();
  });
  new ResizeObserver(() => { shown = null; follow(); }).observe(row);
  new MutationObserver(follow).observe(row, { subtree: true, childList: true, attributeFilter: ["aria-selected"] });
  document.fonts?.ready.then(() => { shown = null; follow(); });
  follow();
}

const waiting = new MutationObserver(begin);
waiting.observe(document.documentElement, { subtree: true, childList: true });
begin();
