// A press counts although the page moves the button from under the pointer meanwhile, as when a figure comes in above it.
// The browser gives such a click to whatever holds both places: to nothing that anyone pressed.
const PRESSABLE = "button, a[href], label";
const SLACK = 4; // pixels that a hand moves without meaning to
let down = null;
document.addEventListener("pointerdown", ({ target, button, clientX, clientY }) => {
  const pressed = button === 0 ? target.closest(PRESSABLE) : null;
  down = pressed && { pressed, top: pressed.getBoundingClientRect().top, x: clientX, y: clientY };
}, true);
document.addEventListener("pointerup", ({ target, clientX, clientY }) => {
  const { pressed, top, x, y } = down ?? {};
  down = null;
  if (!pressed?.isConnected || pressed.contains(target) || Math.hypot(clientX - x, clientY - y) > SLACK) return;
  if (pressed.getBoundingClientRect().top !== top) pressed.click();
}, true);
