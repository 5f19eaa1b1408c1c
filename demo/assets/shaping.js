// Filters that are moved over the open word of the step lens. The server says what comes of each move (demo/translate/shaping.py).
const inputs = () => [...element.querySelectorAll("[data-setting]")];
const valueOf = (input) => {
  if (input.type === "text") return input.value;
  if (input.type === "number") return Number(input.value);
  const { step } = input.dataset, [least, most] = [Number(input.min), Number(input.max)];
  return Math.min(most, Math.max(least, Number((Math.round(input.value / step) * step).toFixed(6))));
};
const settings = () => Object.fromEntries(inputs().map((input) => [input.dataset.setting, valueOf(input)]));
const moved = () => inputs().some((input) => input.value !== input.getAttribute("value"));
// What is not of sampling becomes sampling: not before something was moved.
const allow = () => {
  const go = element.querySelector(".go");
  if (go) go.disabled = !("sampled" in go.dataset) && !moved();
};

// What a press of the lens, and a move, ask for: the open word, and where the filters are if they are not as they were.
window.openWord = (pressed) => {
  const { index, of } = pressed ?? document.querySelector("#lens .lens > button[aria-pressed=true]")?.dataset ?? {};
  return { kind: pressed ? "look" : "move", index: Number(index), of: Number(of), settings: moved() ? settings() : {} };
};
element.addEventListener("input", (event) => {
  const output = event.target.parentElement.querySelector("output");
  if (output) output.textContent = valueOf(event.target);
  event.target.parentElement.classList.toggle("on", String(valueOf(event.target)) !== event.target.dataset.off);
  allow();
  trigger("input");
});
element.addEventListener("click", (event) => {
  const kind = event.target.closest("[data-kind]")?.dataset.kind;
  if (kind === "decode") trigger("submit", { kind, settings: settings() });
  if (kind !== "back") return;
  for (const input of inputs()) {
    input.value = input.getAttribute("value");
    const output = input.parentElement.querySelector("output");
    if (output) output.textContent = valueOf(input);
    input.parentElement.classList.toggle("on", String(valueOf(input)) !== input.dataset.off);
  }
  allow();
  trigger("input");
});
