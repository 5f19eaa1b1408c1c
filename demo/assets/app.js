// Quick tips: a title shows at once and in our own style, and stays a title for whoever reads it otherwise.
document.addEventListener("mouseover", (event) => {
  const unit = event.target.closest?.(".unit[title]");
  if (!unit) return;
  unit.dataset.tip = unit.title;
  unit.removeAttribute("title");
  unit.addEventListener("mouseleave", () => {
    unit.title = unit.dataset.tip;
    delete unit.dataset.tip;
  }, { once: true });
});

// Light and dark: what the person chose last, else what the system says.
function setDark(dark) {
  document.body.classList.toggle("dark", dark);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
}
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#theme-toggle")) return;
  const dark = !document.body.classList.contains("dark");
  setDark(dark);
  localStorage.setItem("theme", dark ? "dark" : "light");
});
window.addEventListener("DOMContentLoaded", () => {
  const chosen = localStorage.getItem("theme");
  const inLink = new URLSearchParams(location.search).get("__theme");
  if (chosen && !inLink) setTimeout(() => setDark(chosen === "dark"));
});
