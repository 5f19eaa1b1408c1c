// Quick tips: a title shows at once and in our own style, and stays a title for whoever reads it otherwise.
const TIPPED = ".unit[title], .node[title], .crumb[title], .alternative[title]";
let tipped = null;
document.addEventListener("mouseover", (event) => {
  if (tipped?.owner.contains(event.target)) return;
  if (tipped) {
    tipped.owner.title = tipped.tip.textContent;
    tipped.tip.remove();
    tipped = null;
  }
  const owner = event.target.closest?.(TIPPED);
  if (!owner) return;
  const tip = Object.assign(document.createElement("div"), { id: "tip", textContent: owner.title });
  document.body.append(tip);
  const place = owner.getBoundingClientRect(), size = tip.getBoundingClientRect();
  const left = place.left + (place.width - size.width) / 2;
  tip.style.left = `${Math.max(8, Math.min(left, innerWidth - size.width - 8))}px`;
  tip.style.top = `${place.bottom + 8 + size.height > innerHeight ? place.top - size.height - 8 : place.bottom + 8}px`;
  owner.removeAttribute("title");
  tipped = { owner, tip };
});

// The search, step by step: what came later than the slider is hidden.
function showSteps(panel, count) {
  const slider = panel.querySelector(".steps");
  slider.value = count;
  panel.querySelector(".at").textContent = `step ${count} of ${slider.max}`;
  for (const part of panel.querySelectorAll("[data-step]")) {
    part.classList.toggle("future", Number(part.dataset.step) >= count);
  }
}
document.addEventListener("input", (event) => {
  if (event.target.matches?.(".steps")) showSteps(event.target.closest("#tree"), Number(event.target.value));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".play");
  if (!button) return;
  const panel = button.closest("#tree"), last = Number(panel.querySelector(".steps").max);
  const playing = button.textContent !== "Play";
  button.textContent = playing ? "Play" : "Pause";
  if (playing) return;
  let count = Number(panel.querySelector(".steps").value) % last;
  const timer = setInterval(() => {
    if (!button.isConnected || button.textContent === "Play") return clearInterval(timer);
    showSteps(panel, ++count);
    if (count >= last) button.textContent = "Play";
  }, 500);
});

// The address bar holds what is shown, so that a copied address shows another person the same.
new MutationObserver(() => {
  const link = document.querySelector("#status a.state")?.getAttribute("href");
  if (link && link !== location.search) history.replaceState(null, "", link);
}).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["href"] });

// Saves what a handler gives as {name, type, text}. A file on the server would be one more thing to look after.
function saveFile(file) {
  if (!file?.text) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file.text], { type: file.type }));
  link.download = file.name;
  link.click();
  URL.revokeObjectURL(link.href);
}

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
