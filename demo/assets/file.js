// A file is read here and goes to the server with the press that needs it: an upload would be kept there, who knows for
// how long. Of one that is too large only the size is sent, so that the server can say so.
async function sent(file) {
  if (!file) return null;
  const { name, size } = file;
  if (size > Number(element.querySelector("input").dataset.limit)) return { name, size, data: "" };
  const url = await new Promise((done) => {
    const reader = Object.assign(new FileReader(), { onload: () => done(reader.result), onerror: () => done("") });
    reader.readAsDataURL(file);
  });
  return { name, size, data: url.split(",")[1] ?? "" };
}
element.addEventListener("change", (event) => {
  const [file] = event.target.files;
  window.chosenFile = sent(file); // a promise: listeners wait for it
  event.target.dataset.there = file ? `${file.size} ${file.name}` : "";
  trigger("select");
});
