// The address bar holds what is shown, so that a copied address shows another person the same. Of the links in the tab that
// is open, the one that came last counts, seen or not: who presents sees none.
const recent = new Map();
let openTab = null, turned = false;
new MutationObserver(() => {
  const tab = document.querySelector("[role=tab][aria-selected=true]");
  let changed = tab !== openTab;
  turned ||= changed && openTab !== null;
  openTab = tab;
  if (tab === awaited) awaited = null;
  for (const each of document.querySelectorAll("a.state")) {
    const place = each.closest("[id]").id, href = each.getAttribute("href");
    if (recent.get(place) === href) continue;
    recent.delete(place); // to the end
    recent.set(place, href);
    changed = true;
  }
  // In the next frame: to ask what can be seen costs a layout, and a figure is drawn in hundreds of changes.
  if (changed) requestAnimationFrame(writeAddress);
}).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ["href", "aria-selected"] });

function writeAddress() {
  if (awaited) return;
  const seen = (place) => document.getElementById(place)?.querySelector("a.state")?.closest("[role=tabpanel]")?.checkVisibility();
  const found = [...recent].findLast(([place]) => seen(place))?.[1] ?? bare();
  const link = found && completed(found);
  if (!link || link === location.search) return;
  // Another question is a step that one can go back; what of its answer one looks at is not, nor what the page began with.
  const step = begun && question(link) !== question(location.search) && !onlyNames(link);
  history[step ? "pushState" : "replaceState"](null, "", link);
  begun = true;
}
let begun = false;
// The tab that a step back or forward leads to, until it is open; the page itself where it is being left, which never is. The
// address is already what it shall be: what is written over it would be a step of its own, and end what lies forward.
let awaited = null;
// Whether the address has nothing but the name of the link's view, which showed nothing so far.
function onlyNames(link) {
  const now = new URLSearchParams(location.search);
  return now.size === 1 && now.get("view") === (new URLSearchParams(link).get("view") ?? "translate");
}
const LOOKED_AT = ["candidate", "sentence", "unit", "present"];
function question(link) {
  const query = new URLSearchParams(link);
  for (const name of LOOKED_AT) query.delete(name);
  query.sort();
  return String(query);
}

// What the server does not know of the page is added to its links: that it presents, and on a phone that a person chose
// pieces, since words are what a phone begins with.
const PRESENTED = /[?&]present=1(?=&|$)/, PHONE = matchMedia("(max-width: 480px)").matches;
const UNIT = /[?&]unit=/, OTHER_VIEW = /[?&]view=(?!translate)/;
function completed(link) {
  const pieces = PHONE && !UNIT.test(link) && !OTHER_VIEW.test(link);
  return [link, ...(pieces ? ["unit=pieces"] : []), ...(document.documentElement.hasAttribute("data-present") ? ["present=1"] : [])].join("&");
}
if (PHONE && !UNIT.test(location.search) && !OTHER_VIEW.test(location.search)) {
  history.replaceState(null, "", `${location.search || "?"}${location.search ? "&" : ""}unit=words`);
}
const WIDE = matchMedia("(min-width: 821px)");
WIDE.addEventListener("change", () => setPresent(document.documentElement.hasAttribute("data-present")));
function setPresent(on) {
  if (on) document.documentElement.dataset.present = WIDE.matches ? "wide" : "narrow";
  else delete document.documentElement.dataset.present;
  const rest = location.search.replace(PRESENTED, "").replace(/^&/, "?");
  const address = on ? `${rest || "?"}${rest ? "&" : ""}present=1` : rest || location.pathname;
  if (on !== PRESENTED.test(location.search)) history.replaceState(null, "", address);
}
setPresent(PRESENTED.test(location.search));

// Until the box says what the address asks for, it would say what nobody asked (assets/typed.js ends it).
document.documentElement.toggleAttribute("data-awaits-text", new URLSearchParams(location.search).has("text"));

// Back and forward: what is still on the page in another tab is shown there, all else is asked again.
addEventListener("popstate", () => {
  setPresent(PRESENTED.test(location.search));
  const place = [...recent].find(([, link]) => completed(link) === location.search)?.[0];
  const query = new URLSearchParams(location.search), view = query.get("view") ?? "translate";
  if (document.getElementById(place)?.querySelector("a.state")) {
    const link = recent.get(place);
    recent.delete(place);
    recent.set(place, link); // as the last of those that came
  } else if (query.size !== 1 || !query.has("view")) {
    awaited = document;
    return location.replace(location.href);
  }
  const tab = document.querySelector(`[role=tab][data-tab-id="${CSS.escape(view)}"]`);
  awaited = tab === openTab ? null : tab;
  tab?.click();
});

// "link to this" copies, and says so; with a key held down it opens, as any link.
function copied(address) {
  if (navigator.clipboard) return navigator.clipboard.writeText(address).then(() => true, () => false);
  const box = Object.assign(document.createElement("textarea"), { value: address });
  document.body.append(box); // without https there is no clipboard but this
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  return Promise.resolve(done);
}
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a.state");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const named = link.dataset.named ?? (link.dataset.named = link.textContent);
  const done = await copied(new URL(completed(link.getAttribute("href")), location.href).href);
  link.textContent = done ? "link copied" : "not copied: the link is in the address bar";
  link.focus();
  setTimeout(() => (link.textContent = named), 2500);
});

// Of a view that shows nothing yet, its name alone; nothing before another tab was opened, since the address may be about to
// fill the one it names.
function bare() {
  const view = openTab?.dataset.tabId, named = new URLSearchParams(location.search).get("view");
  return turned && view && view !== named ? `?view=${view}` : null;
}

// Light and dark: what the person chose last, else what the system says, which is Gradio's own way.
function setDark(dark) {
  document.body.classList.toggle("dark", dark);
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
// What the browser draws itself follows the theme, which Gradio writes on the body and CSS can tell the root of by :has()
// alone. That would cost the whole page's style at every change of anything.
function followTheme() {
  document.documentElement.toggleAttribute("data-dark", document.body.classList.contains("dark"));
}
new MutationObserver(followTheme).observe(document.body, { attributeFilter: ["class"] });
followTheme();

// Gradio names each radio button differently, so the browser does not know which belong together: arrows do nothing.
const WAYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
document.addEventListener("keydown", (event) => {
  const way = WAYS[event.key];
  if (!way || !event.target.matches?.("input[type=radio]")) return;
  const group = [...event.target.closest("fieldset, .wrap").querySelectorAll("input[type=radio]")];
  const next = group[(group.indexOf(event.target) + way + group.length) % group.length];
  event.preventDefault();
  next.focus();
  next.click();
});
