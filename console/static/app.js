// Keeps a page fresh: countdowns by the server's clock, and regions that ask for themselves every few seconds.
// Everything works without it, with absolute times. No dependencies, no inline script or style (strict policy).
(() => {
  const root = document.documentElement;
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);

  // ---- signing in: the password may be looked at ----
  for (const button of $$("[data-reveal]")) {
    const field = document.getElementById(button.dataset.reveal);
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.firstChild.nodeValue = shown ? "Show" : "Hide";
    });
  }
  for (const button of $$("[data-close-toast]")) {
    button.hidden = false;
    button.addEventListener("click", () => button.closest(".toast").remove());
  }
  if (!root.dataset.now) return;

  // ---- the server's clock, not the visitor's ----
  let anchor = Date.parse(root.dataset.now);
  let read = performance.now();
  const now = () => anchor + (performance.now() - read);
  const clock = (at) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: root.dataset.zone }).format(at);
  const say = (words) => { one("#announce").textContent = words; };

  // ---- countdowns: the same words as wording.py writes ----
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
  const told = new Map(); // by promise and time: a moment that matters is said once, however often the list is redrawn
  const notice = (mark, left) => {
    const key = `${mark.closest("[id]")?.id} ${mark.dataset.due}`;
    const state = left < 0 ? "late" : left <= Number(root.dataset.soon) * 1000 ? "soon" : "due";
    const was = told.get(key);
    told.set(key, state);
    if (was && was !== state && state === "late") say(`${mark.dataset.who}’s time has passed. A quick call now still means a lot.`);
    if (was && was !== state && state === "soon") say(`${mark.dataset.who} is due in ${length(left)}.`);
  };
  const write = (node, words) => { if (node.textContent !== words) node.textContent = words; };
  const tick = () => {
    for (const mark of $$("[data-due]")) {
      const left = Date.parse(mark.dataset.due) - now();
      write(mark, left < 0 ? `${length(left)} over` : `in ${length(left)}`);
      notice(mark, left);
    }
    for (const mark of $$("[data-since]")) write(mark, talk(now() - Date.parse(mark.dataset.since)));
    for (const fuse of $$("[data-from]")) {
      const from = Date.parse(fuse.dataset.from), to = Date.parse(fuse.dataset.to);
      const burned = `${100 * Math.min(1, Math.max(0, (now() - from) / (to - from || 1)))}%`;
      fuse.querySelector(".v").setAttribute("width", burned); // an attribute of the drawing: no style is needed
      fuse.querySelector(".e").setAttribute("cx", burned);
    }
  };

  // ---- the list keeps itself fresh; rows never move under a hand ----
  const lost = one("[data-lost]"), waiting = one("[data-waiting]"), heard = one("[data-heard]");
  let failed = 0, kept = null, asking = false;
  const region = () => one("[data-refresh]");
  const playing = (from) => $$("audio", from).some((audio) => !audio.paused);
  const inHand = () => { const list = region(); return list.matches(":hover") || list.contains(document.activeElement) || playing(list); };
  const order = (list) => $$(".cb", list).map((row) => row.id).join(" ");
  const keepTouched = (fresh) => { // what somebody unfolded or ticked stays so
    for (const open of $$("details[open]", region())) {
      const same = fresh.querySelector(`#${open.id}`);
      if (same) same.open = true;
    }
    for (const ticked of $$(".tick:checked", region())) {
      const same = fresh.querySelector(`.tick[value="${ticked.value}"]`);
      if (same) same.checked = true;
    }
  };
  const show = (fresh) => {
    keepTouched(fresh);
    for (const kept of $$("[data-keep]", region())) fresh.querySelector(`#${kept.id}`)?.replaceWith(kept); // with what is typed in it
    region().replaceWith(fresh);
    document.dispatchEvent(new Event("fresh"));
    kept = null;
    waiting.hidden = true;
    document.title = fresh.dataset.title;
    for (const count of $$("[data-open]:not([data-refresh])")) count.textContent = fresh.dataset.open === "0" ? "" : fresh.dataset.open;
    tick();
  };
  const showInPlace = (fresh) => {
    keepTouched(fresh);
    for (const row of $$(".cb", fresh)) {
      const standing = document.getElementById(row.id);
      if (!playing(standing) && !standing.contains(document.activeElement)) standing.replaceWith(row);
    }
    document.dispatchEvent(new Event("fresh"));
    tick();
  };
  const take = (fresh) => {
    if (!inHand()) { show(fresh); return; }
    kept = fresh;
    if (order(fresh) === order(region())) showInPlace(fresh.cloneNode(true));
    else if (waiting.hidden) { waiting.hidden = false; say("The list has changed."); }
  };
  const isHeard = (response) => {
    failed = 0;
    lost.hidden = true;
    anchor = Date.parse(response.headers.get("X-Now"));
    read = performance.now();
    heard.textContent = clock(anchor);
  };
  const signInAgain = () => location.assign(`/sign-in?ended=1&next=${encodeURIComponent(location.pathname + location.search)}`);
  const ask = async () => {
    if (asking || document.hidden) return;
    asking = true;
    try {
      const at = new URL(region().dataset.refresh, location.href);
      at.searchParams.set("version", (kept || region()).dataset.version);
      const response = await fetch(at, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
      if (response.type === "opaqueredirect") { signInAgain(); return; }
      if (!response.ok) throw new Error(response.status);
      const html = response.status === 204 ? null : await response.text();
      isHeard(response);
      if (html === null && response.headers.has("X-Version")) (kept || region()).dataset.version = response.headers.get("X-Version");
      if (html !== null) take(document.createRange().createContextualFragment(html).querySelector("[data-refresh]"));
    } catch {
      failed += 1;
      lost.hidden = failed < 3;
      if (failed === 3) say("We’ve lost touch with Ringtrue.");
    } finally {
      asking = false;
    }
  };
  const letGo = () => { if (kept && !inHand()) show(kept); };
  tick();
  setInterval(tick, 1000);
  if (!region()) return;
  one("[data-again]").addEventListener("click", ask);
  one("[data-show]").addEventListener("click", () => { if (kept) show(kept); });
  document.addEventListener("mouseout", () => setTimeout(letGo, 0));
  document.addEventListener("focusout", () => setTimeout(letGo, 0));
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, Number(region().dataset.every) * 1000);
})();
