// When a lost connection is back, Gradio loads the page anew. What was typed and not yet sent off is kept over that, and
// over nothing else: it is taken out of the browser's storage at once.
const TYPED = "typed", BOXES = "[id] textarea";
const holder = (box) => box.closest("[id]").id;
addEventListener("beforeunload", () => {
  const boxes = [...document.querySelectorAll(BOXES)].map((box) => [holder(box), box.value]);
  sessionStorage.setItem(TYPED, JSON.stringify(boxes));
});
const anew = performance.getEntriesByType("navigation")[0]?.type === "reload";
const typed = new Map(anew ? JSON.parse(sessionStorage.getItem(TYPED) ?? "[]") : []);
sessionStorage.removeItem(TYPED);

// A view calls this when its boxes say what the page's address asks for, and that is sent off (demo/common/wiring.py).
const due = new Map(); // since when a box has said what was typed; Infinity: it does not yet
window.putBack = (boxes) => {
  if (boxes.includes("sentence")) document.documentElement.removeAttribute("data-awaits-text");
  for (const id of boxes) if (typed.has(id)) due.set(id, Infinity);
  putBackSoon();
};
// The boxes of a tab are there once it is opened.
if (typed.size) new MutationObserver(putBackSoon).observe(document.documentElement, { subtree: true, childList: true });
document.addEventListener("input", (event) => {
  if (!event.isTrusted || !event.target.matches(BOXES)) return;
  due.delete(holder(event.target));
  typed.delete(holder(event.target));
});

// A new box is told by Gradio what it said at first, some frames after it is there: so it is looked at until that is over.
const LOOKED_AT = 1500, OFTEN = 100;
let waiting = 0;
function putBackSoon() {
  if (due.size) waiting ||= setTimeout(putBackDue, OFTEN);
}
function putBackDue() {
  waiting = 0;
  for (const [id, since] of due) {
    const box = document.getElementById(id)?.querySelector("textarea");
    if (!box) continue;
    if (box.value !== typed.get(id)) {
      box.value = typed.get(id);
      box.dispatchEvent(new Event("input", { bubbles: true }));
      due.set(id, performance.now());
    } else if (performance.now() - since > LOOKED_AT) due.delete(id);
    else if (since === Infinity) due.set(id, performance.now());
    putBackSoon();
  }
}
