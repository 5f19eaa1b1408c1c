// A link from one page of Learn to another opens it as its button does, without loading everything anew; and the list of
// pages, which on a phone is one row, keeps the present one in sight.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#learn-body a[href*='view=learn']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const page = new URL(link.href).searchParams.get("idea");
  const button = document.querySelector(`#learn-contents [data-kind="${CSS.escape(page ?? "")}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// What is too wide for a phone scrolls, with the keyboard too.
function reachable() {
  for (const wide of document.querySelectorAll("#learn-body .katex-display, #learn-body table")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  }
}
addEventListener("resize", reachable);

let present = null;
new MutationObserver((changes) => {
  if (changes.some(({ target }) => target.closest?.("#learn-body"))) requestAnimationFrame(reachable);
  const now = document.querySelector("#learn-contents [aria-current]");
  if (!now || now === present) return;
  const turned = present !== null && now.dataset.kind !== present.dataset.kind;
  present = now;
  const row = now.closest("nav");
  row.scrollLeft = now.offsetLeft - row.offsetLeft - (row.clientWidth - now.offsetWidth) / 2;
  const head = document.getElementById("learn-head");
  if (turned && head.checkVisibility() && head.getBoundingClientRect().top < 0) head.scrollIntoView();
}).observe(document.documentElement, { subtree: true, childList: true });
