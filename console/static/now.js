// The board on the wall, which app.js keeps fresh: a wait that grows too long takes colour, the sentence is told when it changes, and when
// nothing is heard for ten seconds the board dims and says so, for nobody should trust an old number.
(() => {
  const root = document.documentElement;
  const one = (selector) => document.querySelector(selector);
  const { now, clock, say, silence } = window.ringtrue;
  const LOST_AFTER = 10_000, DRIFT_EVERY = 3_600_000, DRIFT = ["drift-0", "drift-1", "drift-2", "drift-3"];

  const colour = (tile) => {
    const waited = (now() - Date.parse(tile.dataset.waits)) / 1000, patience = Number(tile.dataset.patience);
    tile.classList.toggle("is-over", waited > patience);
    tile.classList.toggle("is-soon", waited <= patience && 2 * waited >= patience);
  };
  const tell = () => {
    const isLost = silence() > LOST_AFTER, note = one("[data-silent]"), words = `Last heard at ${clock(now() - silence())}. Trying again.`;
    one(".board").classList.toggle("is-lost", isLost);
    if (isLost && note.textContent !== words) note.textContent = words;
    note.hidden = !isLost;
  };
  const tick = () => {
    for (const tile of document.querySelectorAll("[data-waits]")) colour(tile);
    root.classList.remove(...DRIFT);
    root.classList.add(DRIFT[Math.floor(now() / DRIFT_EVERY) % DRIFT.length]); // spares the panel of a screen that never sleeps
    tell();
  };
  let said = one(".board h1").textContent;
  document.addEventListener("fresh", () => {
    const sentence = one(".board h1").textContent;
    if (sentence !== said) say(sentence);
    said = sentence;
    tick();
  });

  // ---- the whole screen ----
  const full = one("[data-full]");
  const toggle = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()).catch(() => {});
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    if (event.key === "f" && root.dataset.keys !== "off" && !event.ctrlKey && !event.metaKey && !event.altKey) toggle();
  });
  tick();
  setInterval(tick, 1000);
})();
