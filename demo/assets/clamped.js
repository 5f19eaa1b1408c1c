// A slider's number box takes no more than its slider has, and Gradio changes what was typed without a word: this says it.
const BOX = ".setting input[type=number], .weights input[type=number]";
let typed = null;
document.addEventListener("input", (event) => {
  if (!event.target.matches?.(BOX)) return;
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
    const most = Number(value) > Number(target.value);
    said(target, `${value} is ${most ? "more" : "less"} than this slider takes; it is at ${target.value} now.`);
  });
});
function said(box, text) {
  const place = box.closest(".setting, .weights .block") ?? box.parentElement;
  let line = place.querySelector(".clamped");
  if (!line && !text) return;
  line ??= place.appendChild(Object.assign(document.createElement("p"), { className: "clamped", role: "status" }));
  line.textContent = text;
}
