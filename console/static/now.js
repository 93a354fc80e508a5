// Keeps the board on the wall fresh: every two seconds it asks for what is new, by the version that it has.
// When nothing is heard for ten seconds the board dims and says so, for nobody should trust an old number.
(() => {
  const root = document.documentElement;
  const one = (selector) => document.querySelector(selector);
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  const LOST_AFTER = 10_000, DRIFT_EVERY = 3_600_000, DRIFT = ["drift-0", "drift-1", "drift-2", "drift-3"];

  // ---- the server's clock, not the visitor's ----
  let anchor = Date.parse(root.dataset.now), read = performance.now(), asking = false, heardAt = anchor;
  const now = () => anchor + (performance.now() - read);
  const clock = (at) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: root.dataset.zone }).format(at);
  const write = (node, words) => { if (node.textContent !== words) node.textContent = words; };

  // ---- countdowns: the same words as the server writes ----
  const length = (ms) => {
    const seconds = Math.floor(Math.abs(ms) / 1000);
    if (seconds < 60) return `${seconds} s`;
    if (seconds >= 172_800) return `${Math.floor(seconds / 86_400)} days`;
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    return [hours && `${hours} h`, minutes && `${minutes} min`].filter(Boolean).join(" ");
  };
  const talk = (ms) => {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  const colour = (tile) => {
    const waited = (now() - Date.parse(tile.dataset.waits)) / 1000, patience = Number(tile.dataset.patience);
    tile.classList.toggle("is-over", waited > patience);
    tile.classList.toggle("is-soon", waited <= patience && 2 * waited >= patience);
  };
  const tell = () => {
    const lost = performance.now() - read > LOST_AFTER;
    one(".board").classList.toggle("is-lost", lost);
    const note = one("[data-lost]");
    if (lost) write(note, `Last heard at ${clock(heardAt)}. Trying again.`);
    note.hidden = !lost;
  };
  const tick = () => {
    for (const mark of $$("[data-clock]")) write(mark, clock(now()));
    for (const mark of $$("[data-since]")) write(mark, talk(now() - Date.parse(mark.dataset.since)));
    for (const mark of $$("[data-due]")) {
      const left = Date.parse(mark.dataset.due) - now();
      write(mark, left < 0 ? `${length(left)} over` : `in ${length(left)}`);
    }
    for (const tile of $$("[data-waits]")) colour(tile);
    root.classList.remove(...DRIFT);
    root.classList.add(DRIFT[Math.floor(now() / DRIFT_EVERY) % DRIFT.length]); // spares the panel of a screen that never sleeps
    tell();
  };

  // ---- the board keeps itself fresh ----
  const show = (fresh) => {
    const said = one(".board h1").textContent;
    one(".board").replaceWith(fresh);
    document.title = fresh.dataset.title;
    if (one(".board h1").textContent !== said) one("#announce").textContent = one(".board h1").textContent;
  };
  const isHeard = (response) => {
    anchor = heardAt = Date.parse(response.headers.get("X-Now"));
    read = performance.now();
    one("[data-heard]").textContent = clock(anchor);
  };
  const signInAgain = () => location.assign(`/sign-in?ended=1&next=${encodeURIComponent(location.pathname)}`);
  const ask = async () => {
    if (asking || document.hidden) return;
    asking = true;
    try {
      const board = one(".board");
      const response = await fetch(`${board.dataset.refresh}?version=${board.dataset.version}`, { redirect: "manual", signal: AbortSignal.timeout(8_000) });
      if (response.type === "opaqueredirect") { signInAgain(); return; }
      if (!response.ok) throw new Error(response.status);
      const html = response.status === 204 ? null : await response.text();
      isHeard(response);
      if (html !== null) show(document.createRange().createContextualFragment(html).querySelector(".board"));
      tick();
    } catch {
      tell();
    } finally {
      asking = false;
    }
  };

  // ---- the whole screen ----
  const full = one("[data-full]");
  const toggle = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()).catch(() => {});
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    if (event.key === "f" && !event.ctrlKey && !event.metaKey && !event.altKey) toggle();
  });
  document.addEventListener("visibilitychange", ask);
  tick();
  setInterval(tick, 1000);
  setInterval(ask, Number(one(".board").dataset.every) * 1000);
})();
