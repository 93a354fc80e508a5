// What somebody asked for on Me: one bell when a call is missed (Call-backs), one short buzz when a promise of mine turns soon (Mine). The
// server sends this file only to whoever wants it there. Where a browser allows neither, nothing happens. A page in the background asks for
// nothing, so it is silent; on coming back to it, only what was missed within the last minute rings, for the bell says "just now".
(() => {
  const JUST_NOW = 60_000, LATE = 1000, REST = 3000, BUZZ = 200; // milliseconds
  const PARTIALS = [[1318.5, 0.1, 1.6], [2637, 0.05, 0.9], [3639, 0.03, 0.5]]; // of a bell on a counter: pitch, loudness, seconds until it is gone

  // ---- the bell ----
  const strike = (to) => {
    for (const [pitch, loudness, length] of PARTIALS) {
      const tone = new OscillatorNode(to, { frequency: pitch }), gain = new GainNode(to, { gain: loudness });
      gain.gain.setValueAtTime(loudness, to.currentTime);
      gain.gain.exponentialRampToValueAtTime(0.0001, to.currentTime + length);
      tone.connect(gain).connect(to.destination);
      tone.start();
      tone.stop(to.currentTime + length);
    }
  };
  let sound = null, rest;
  const wake = async () => { // it stays asleep until somebody has touched the page, where the browser insists
    sound ??= new AudioContext();
    clearTimeout(rest);
    rest = setTimeout(() => sound.suspend(), REST);
    await sound.resume();
  };
  const ring = async () => {
    const asked = performance.now();
    try {
      await wake();
      if (performance.now() - asked < LATE) strike(sound); // woken by a touch long after, it would tell of nothing
    } catch { /* no sound here */ }
  };

  // ---- on Me: what it is like ----
  const hear = document.querySelector("[data-hear]");
  if (hear && window.AudioContext) {
    hear.hidden = false;
    hear.addEventListener("click", ring);
  }

  // ---- on Call-backs: rows that were not there before, and calls that join one, once for however many come together ----
  const owed = (from) => [...from.querySelectorAll("[data-calls]")];
  const calls = (row) => Number(row.dataset.calls);
  const known = new Map(owed(document).map((row) => [row.id, calls(row)]));
  let looked = performance.now();
  const isNews = (row, sinceLook) => known.has(row.id)
    ? calls(row) > known.get(row.id) && sinceLook < JUST_NOW
    : calls(row) > 0 && window.ringtrue.now() - Date.parse(row.dataset.missed) < JUST_NOW;
  const listen = ({ detail }) => { // as it is heard, for rows may wait for a hand to leave the list
    if (detail.isError) return;
    const rows = owed(new DOMParser().parseFromString(detail.xhr.response, "text/html")), sinceLook = performance.now() - looked;
    const isNew = rows.some((row) => isNews(row, sinceLook));
    for (const row of rows) known.set(row.id, calls(row));
    looked = performance.now();
    if (isNew) ring();
  };
  if (document.querySelector("#list")) {
    document.addEventListener("htmx:beforeSwap", listen);
    for (const touch of ["click", "keydown"]) document.addEventListener(touch, () => wake().catch(() => {}), { once: true });
  }

  // ---- on Mine ----
  document.addEventListener("soon", ({ target }) => {
    if (target.closest("#next, [aria-labelledby=then]") && navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(BUZZ);
  });
})();
