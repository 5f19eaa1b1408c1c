// What makes figures answer: tips, and the tree's steps, folds and keys. The page uses it, and so does its HTML download.

// A tip shows at once and in our own style, under the mouse or at the focus. A title stays a title for whoever reads it
// otherwise; it is only taken away while the tip shows, or the browser would show it a second time.
const TIPPED = ".unit[title], .source-word[title], .alternative[title], .node, .crumb";
let tipped = null;
function hideTip() {
  if (!tipped) return;
  if (tipped.titled) tipped.owner.title = tipped.tip.textContent;
  tipped.tip.remove();
  tipped = null;
}
function showTip(event) {
  if (tipped?.owner.contains(event.target)) return;
  hideTip();
  const owner = event.target.closest?.(TIPPED);
  if (!owner) return;
  const titled = owner.hasAttribute("title");
  const said = titled ? owner.title : owner.getAttribute("aria-label");
  const tip = Object.assign(document.createElement("div"), { id: "tip", textContent: said });
  (document.querySelector("main") ?? document.body).append(tip); // within a landmark, as all that the page says
  const place = owner.getBoundingClientRect(), size = tip.getBoundingClientRect();
  const left = place.left + (place.width - size.width) / 2;
  tip.style.left = `${Math.max(8, Math.min(left, innerWidth - size.width - 8))}px`;
  tip.style.top = `${place.bottom + 8 + size.height > innerHeight ? place.top - size.height - 8 : place.bottom + 8}px`;
  if (titled) owner.removeAttribute("title");
  tipped = { owner, tip, titled };
}
document.addEventListener("mouseover", showTip);
document.addEventListener("focusin", showTip);
document.addEventListener("focusout", hideTip);
// A finger takes the focus from wherever it was after it was lifted: the tip comes with the click, which is the last of a tap.
document.addEventListener("click", (event) => {
  if (event.pointerType === "touch") showTip(event);
});

// The search, step by step: what came later than the slider is hidden.
function showSteps(panel, count) {
  const slider = panel.querySelector(".steps");
  slider.value = count;
  panel.querySelector(".at").textContent = `step ${count} of ${slider.max}`;
  let newest = null;
  for (const part of panel.querySelectorAll("[data-step]")) {
    const step = Number(part.dataset.step);
    part.classList.toggle("future", step >= count);
    if (step === count - 1 && part.matches(".node.chosen")) newest = part;
  }
  follow(panel.querySelector(".scroll"), newest);
}
// Sideways only, and only within the picture: the page itself must not move while it plays.
function follow(scroll, node) {
  if (!node) return;
  const room = scroll.getBoundingClientRect(), place = node.getBoundingClientRect();
  if (place.left >= room.left && place.right <= room.right) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scroll.scrollBy({ left: place.left - room.left - room.width / 3, behavior: still ? "instant" : "smooth" });
}
function play(panel) {
  const button = panel.querySelector(".play"), last = Number(panel.querySelector(".steps").max);
  const playing = button.textContent !== "Play";
  button.textContent = playing ? "Play" : "Pause";
  if (playing) return;
  let count = Number(panel.querySelector(".steps").value) % last;
  const timer = setInterval(() => {
    if (!button.isConnected || button.textContent === "Play") return clearInterval(timer);
    showSteps(panel, ++count);
    if (count >= last) button.textContent = "Play";
  }, 500);
}
function fold(button) {
  const unfolded = button.closest(".tree").querySelector(".canvas").classList.toggle("unfolded");
  button.setAttribute("aria-expanded", unfolded);
  [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
}
document.addEventListener("input", (event) => {
  if (event.target.matches?.(".steps")) showSteps(event.target.closest(".tree"), Number(event.target.value));
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.(".play")) play(event.target.closest(".tree"));
  if (event.target.closest?.(".fold")) fold(event.target.closest(".fold"));
});

// From word to word, and to the dots below, with the arrow keys: the nearest in that direction.
const AHEAD = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
function nearest(from, [x, y]) {
  const centre = (part) => {
    const box = part.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  const [fromX, fromY] = centre(from);
  let best = null, least = Infinity;
  for (const part of from.closest(".canvas").querySelectorAll(".node, .crumb")) {
    if (part === from || getComputedStyle(part).visibility === "hidden") continue;
    const [toX, toY] = centre(part), along = (toX - fromX) * x + (toY - fromY) * y;
    const aside = Math.abs((toX - fromX) * y) + Math.abs((toY - fromY) * x);
    const far = along + (x ? 6 : 1) * aside; // sideways along the line of words, up and down to the dots as well
    if (along > 3 && far < least) [best, least] = [part, far];
  }
  return best;
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideTip();
  const here = event.target.closest?.(".canvas .node, .canvas .crumb");
  if (!here) return;
  if (event.key === " ") play(here.closest(".tree"));
  else if (!(event.key in AHEAD)) return;
  event.preventDefault();
  const next = event.key in AHEAD && nearest(here, AHEAD[event.key]);
  if (!next) return;
  here.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});
