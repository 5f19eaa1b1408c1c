// A press anywhere on a text opens it in Translate, as its link does, unless a part of it was being selected.
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("#document-table tbody tr");
  if (row && !event.target.closest("a") && getSelection().isCollapsed) row.querySelector("a").click();
});
