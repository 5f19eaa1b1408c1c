// A slider's number box takes no more than its slider has, and Gradio changes what was typed without a word: this says it.
const blockOf = (box) => box.closest?.(".block");
const isBox = (box) => box.matches?.("input[type=number]") && blockOf(box)?.querySelector("input[type=range]");
let typed = null;
document.addEventListener("input", (event) => {
  if (!isBox(event.target)) return;
  typed = { box: event.target, value: event.target.value };
  said(event.target, "");
});
document.addEventListener("focusout", (event) => {
  const { target } = event;
  if (typed?.box !== target) return;
  const { value } = typed;
  typed = null;
  // Gradio's own listener comes first or last; by the next frame it has come.
  requestAnimationFrame(() => {
    if (value === "" || Number(value) === Number(target.value)) return;
    const { min, max } = blockOf(target).querySelector("input[type=range]"), number = Number(value);
    const wrong = number > Number(max) ? "more than this slider takes" : number < Number(min) ? "less than this slider takes"
      : "between two of this slider's steps";
    said(target, `${value} is ${wrong}; it is at ${target.value} now.`);
  });
});
function said(box, text) {
  const place = blockOf(box);
  let line = place.querySelector(".clamped");
  if (!line && !text) return;
  line ??= place.appendChild(Object.assign(document.createElement("p"), { className: "clamped", role: "status" }));
  line.textContent = text;
}
