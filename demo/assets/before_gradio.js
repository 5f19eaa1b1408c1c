// Gradio's loading sign counts its seconds once a frame, and goes on when it has gone from the page (6.31). It asks for each
// frame in the one before: one that it does not get, once the page is there, ends it.
(() => {
  const ask = window.requestAnimationFrame.bind(window), COUNTS = /\(performance\.now\(\)-.*\/1e3/;
  let looks = 600; // where another Gradio ends it by itself, nothing is looked for after ten seconds
  window.requestAnimationFrame = (draw) => {
    if (looks === 0 || !document.getElementById("masthead")) return ask(draw);
    const sign = COUNTS.test(String(draw));
    looks = sign ? 0 : looks - 1;
    return sign ? 0 : ask(draw);
  };
})();

// Gradio's client hands a message to its event a moment later, unless it came before the event's name: then at once, and an
// older event's end came after a newer one's (6.31). Handed on at once, as it does itself on a page that is hidden, all
// keep their order.
(() => {
  const later = window.setTimeout.bind(window);
  window.setTimeout = (act, wait, ...given) => {
    if (wait !== 0 || given.length !== 1 || !given[0]?.event_id) return later(act, wait, ...given);
    act(given[0]);
    return 0;
  };
})();
