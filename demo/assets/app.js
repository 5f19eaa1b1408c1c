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

// Light and dark: what the person chose last, else what the system says, which is Gradio's own way.
function setDark(dark) {
  document.body.classList.toggle("dark", dark);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
}
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#theme-toggle")) return;
  const dark = !document.body.classList.contains("dark");
  localStorage.setItem("theme", dark ? "dark" : "light");
  setDark(dark);
});
if (localStorage.getItem("theme") && !new URLSearchParams(location.search).has("__theme")) {
  setDark(localStorage.getItem("theme") === "dark");
}
