// The address bar holds what is shown, so that a copied address shows another person the same.
new MutationObserver(() => {
  const links = [...document.querySelectorAll("a.state")]; // of each tab its own; the open one's counts
  const link = links.find((each) => each.checkVisibility())?.getAttribute("href");
  if (link && link !== location.search) history.replaceState(null, "", link);
}).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["href", "aria-selected"] });

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
