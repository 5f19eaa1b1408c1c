// The focus stays where the eye is, and Tab stops at what belongs together only once.

// What a handler draws anew, or hides, loses the focus: it goes to what stands for the same now. Two places see to that
// by themselves: Compare's cards (compare.js) and the sentences of a text (translate.js).
const FOCUSABLE = "button:not(:disabled), a[href], input:not(:disabled), [tabindex='0']";
const ELSEWHERE = "#board, #whole";
const placeOf = (element) => element.closest("[id]:not([id^=html-])");
const what = (element) => {
  const { kind, index } = (element.closest("[data-kind], [data-index]") ?? element).dataset;
  return { kind, index, name: element.textContent.trim() };
};
let held = null;
document.addEventListener("focusin", ({ target }) => {
  held = target.closest(ELSEWHERE) ? null : { target, place: placeOf(target)?.id, card: target.closest(".card"), ...what(target) };
});
document.addEventListener("focusout", ({ target }) => {
  // A person who goes elsewhere leaves it as it is; what was drawn anew is gone by the next frame.
  requestAnimationFrame(() => {
    if (held?.target === target && target.isConnected && target.checkVisibility({ visibilityProperty: true })) held = null;
  });
});
function again() {
  const last = held;
  if (!last || document.activeElement !== document.body) return;
  if (last.target.isConnected && last.target.checkVisibility({ visibilityProperty: true })) return;
  const found = [...(document.getElementById(last.place)?.querySelectorAll(FOCUSABLE) ?? [])].filter((each) => each.checkVisibility());
  const alike = (each) => {
    const now = what(each);
    return 4 * (now.index !== undefined && now.index === last.index) + 2 * (now.kind !== undefined && now.kind === last.kind) +
      (now.name === last.name);
  };
  const best = found.toSorted((one, other) => alike(other) - alike(one))[0];
  if (best && alike(best)) return best.focus({ preventScroll: true });
  if (document.querySelector(".status.busy")?.checkVisibility()) return; // what is on its way may bring it back
  const title = inSight(last.card ? [last.card] : document.querySelectorAll(".answer"))?.querySelector("h2, h3");
  if (!title) return;
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
}
function inSight(cards) {
  return [...cards].find((card) => {
    const { top, bottom, height } = card.getBoundingClientRect();
    return height && bottom > 0 && top < innerHeight;
  });
}

// Buttons side by side, or one below the other, are one stop: arrows, Home and End go from one to the next.
const GROUPS = ".lens, #detail tbody, #candidates tbody, nav.chips, #examples .chips";
const items = (group) => [...group.querySelectorAll("button:not(:disabled), a[href]")];
function stopAt(group, item) {
  for (const each of items(group)) each.tabIndex = each === item ? 0 : -1;
}
document.addEventListener("focusin", ({ target }) => {
  const group = target.closest(GROUPS);
  if (group && items(group).includes(target)) stopAt(group, target);
});
const STEP = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
document.addEventListener("keydown", (event) => {
  const group = event.target.closest?.(GROUPS), all = group ? items(group) : [], at = all.indexOf(event.target);
  const to = { Home: 0, End: all.length - 1 }[event.key] ?? (event.key in STEP ? at + STEP[event.key] : null);
  if (at < 0 || to === null || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  all.at(to % all.length).focus();
});

// A list of Gradio's takes any key for a wish to open it and shows of its entries those that have what is chosen in their
// name; it does so after a Tab has left it and closed it.
const OPENING = new Set(["ArrowDown", "ArrowUp", "Home", "End", "Enter", "Escape"]);
document.addEventListener("keydown", (event) => {
  if (event.target.matches?.("input[role=combobox]") && !OPENING.has(event.key)) event.stopPropagation();
}, { capture: true });

// Gradio names each radio button differently, so that each would be a stop; arrows are in app.js.
function oneStopEach() {
  for (const group of document.querySelectorAll(GROUPS)) {
    const all = items(group), stops = all.filter((each) => each.tabIndex === 0);
    if (stops.length === 1 || !all.length) continue;
    stopAt(group, all.find((each) => each === document.activeElement) ?? all.find((each) => each.ariaPressed === "true") ?? all[0]);
  }
  const groups = new Set([...document.querySelectorAll("input[type=radio]")].map((radio) => radio.closest("fieldset, .wrap")));
  for (const group of groups) {
    const radios = [...group.querySelectorAll("input[type=radio]")];
    const stop = radios.find((radio) => radio.checked && !radio.disabled) ?? radios.find((radio) => !radio.disabled);
    for (const radio of radios) radio.tabIndex = radio === stop ? 0 : -1;
  }
}

// The link at the top of the page goes to the view that is open.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".skip")) return;
  event.preventDefault(); // the address is the question's
  const view = [...document.querySelectorAll("[role=tabpanel]")].find((panel) => panel.checkVisibility());
  if (!view) return;
  view.tabIndex = -1;
  view.focus();
});

let planned = false;
function look() {
  planned = false;
  oneStopEach();
  again();
}
function plan() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(look);
}
new MutationObserver(plan).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["hidden", "checked"] });
document.addEventListener("change", plan);
