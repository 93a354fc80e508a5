// Keeps a page fresh: countdowns by the server's clock, and regions that ask for themselves every few seconds (htmx, morphed by idiomorph).
// Everything works without it, with absolute times. No inline script or style, no hx-on, no js: values, no trigger filters (strict policy).
//
// HOW A REGION IS MARKED. One element with an id of its own, in no other region; its view answers with console/live.py:
//   <section id="calls" data-every="5" hx-get="{{ url_for('pages.calls_region') }}" hx-trigger="refresh" data-version="{{ version }}"> … </section>
// Every so many seconds, while the tab is seen, it is asked for with ?version=…; the answer is 204 when nothing is new, else the same element
// as it is now. What has an `id` stays itself, so give one to each button, form, details and audio that comes and goes. What somebody typed,
// ticked or unfolded stays. On the region, if wanted: data-title (of the page). The figure in the menu goes by the answer's header X-Open.
// ROWS. What has an id and a data-version (digests.version) inside a region is a row: it is left alone while its version is the same, and as
// long as somebody types in it or a message plays in it. With the keyboard anywhere else in it, it changes; once what had the keyboard is
// gone, its h3 a (which needs an id) has it. While somebody's pointer or keyboard is in the region, rows do not come, go or move: the
// page's [data-waiting] note says so until they leave it, or press its [data-show], which says how many changes wait. A row that is new
// on the page has the class is-new for two seconds.
// ON THE PAGE, if wanted: [data-lost] (shown after three failures, with [data-again]), [data-heard] (when we last heard). See live.html.
// With a [data-lost], what is older than half a minute says so beside the title. [data-told] is what came of the last act; its alert has the
// keyboard. [data-unsent] is shown when a form cannot reach us, until it is closed or something does.
// TIMES. <time data-due="…" data-who="Jane"> counts down (and is told aloud when it is soon, with an event "soon" that bubbles, and when it is
// over), data-since counts up, data-clock is the time of day, <svg data-from="…" data-to="…"> is a fuse. The event "fresh" on the document
// follows each change.
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
    button.addEventListener("click", () => {
      const on = button.closest("dialog")?.querySelector(":is(textarea, .btn):not([data-close-toast])") ?? one("#main");
      if (button === document.activeElement) on?.focus({ preventScroll: true }); // hidden, it would leave the keyboard nowhere
      button.closest(".toast, .note").hidden = true;
    });
  }
  // Why something was not done has the keyboard: late, for the row that the address names takes it away.
  addEventListener("load", () => setTimeout(() => one("[data-told][role=alert]")?.focus({ preventScroll: true }), 0));

  // ---- what was wrong with the last act has the keyboard; once the page is there, for an address with a # scrolls until then ----
  addEventListener("load", () => one("[data-focus]")?.focus());

  // ---- what is shown only once may be copied: [data-copy] with the id of what holds it ----
  for (const button of $$("[data-copy]")) {
    button.hidden = !navigator.clipboard; // which browsers have on safe addresses alone
    const label = button.firstChild, words = label.nodeValue, held = document.getElementById(button.dataset.copy);
    button.addEventListener("click", async () => {
      one("#announce").textContent = ""; // else the same words are told once only
      try {
        await navigator.clipboard.writeText(held.textContent);
        label.nodeValue = "Copied";
        setTimeout(() => { label.nodeValue = words; }, 3000);
        one("#announce").textContent = "Copied.";
      } catch {
        getSelection().selectAllChildren(held);
        one("#announce").textContent = "Your browser won’t let us copy it. It’s marked, so you can.";
      }
    });
  }
  if (!window.htmx) return; // before the door nothing keeps itself fresh

  // ---- the server's clock, not the visitor's ----
  let anchor = root.dataset.now ? Date.parse(root.dataset.now) : Date.now();
  let read = performance.now();
  const now = () => anchor + (performance.now() - read);
  const clock = (at) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: root.dataset.zone }).format(at);
  const say = (words) => { one("#announce").textContent = words; };
  window.ringtrue = { now, clock, say, silence: () => performance.now() - read };

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
    if (was && was !== state && state === "soon") {
      say(`${mark.dataset.who} is due in ${length(left)}.`);
      mark.dispatchEvent(new Event("soon", { bubbles: true }));
    }
  };
  const write = (node, words) => { if (node.textContent !== words) node.textContent = words; };
  const draw = (node, name, value) => { if (node.getAttribute(name) !== value) node.setAttribute(name, value); };
  const tick = () => {
    for (const mark of $$("[data-due]")) {
      const left = Date.parse(mark.dataset.due) - now();
      write(mark, left < 0 ? `${length(left)} over` : `in ${length(left)}`);
      if (mark.dataset.who) notice(mark, left);
    }
    for (const mark of $$("[data-since]")) write(mark, talk(now() - Date.parse(mark.dataset.since)));
    for (const mark of $$("[data-clock]")) write(mark, clock(now()));
    for (const fuse of $$("[data-from]")) {
      const from = Date.parse(fuse.dataset.from), to = Date.parse(fuse.dataset.to);
      const burned = `${(100 * Math.min(1, Math.max(0, (now() - from) / (to - from || 1)))).toFixed(1)}%`;
      draw(fuse.querySelector(".v"), "width", burned); // an attribute of the drawing: no style is needed
      draw(fuse.querySelector(".e"), "cx", burned);
    }
  };

  // ---- how a region changes: what somebody has in hand stays as it is ----
  const REGION = "[data-every]";
  const isPlaying = (from) => $$("audio", from).some((audio) => !audio.paused);
  const isRow = (node) => node.dataset?.version !== undefined && !node.matches(REGION);
  const hasKeyboard = (node) => node.contains(document.activeElement);
  const isTyping = () => document.activeElement?.matches("input:not([type=checkbox]), textarea, select");
  const isBusy = (row) => isPlaying(row) || hasKeyboard(row) && isTyping();
  const isInHand = (region) => region.matches(":hover") || hasKeyboard(region) || isPlaying(region);
  const rows = (region) => $$("[data-version]", region).map((row) => row.id);
  const without = (some, others) => some.filter((id) => !others.has(id)).length;
  const changes = (was, is) => // rows that come or go; none do: some stand elsewhere
    was.join(" ") === is.join(" ") ? 0 : without(was, new Set(is)) + without(is, new Set(was)) || 1;
  const isTouched = (node, name) => // by whoever looks at the page, so it is theirs
    name === "open" && node.matches("details, dialog") || name === "checked" && node.checked !== node.defaultChecked ||
    name === "selected" && node.selected !== node.defaultSelected ||
    name === "value" && node.defaultValue !== undefined && node.value !== node.defaultValue;
  let isLeftOut = false; // a row that has changed was busy
  const beforeAttributeUpdated = (name, node) => !isTouched(node, name);
  const beforeNodeMorphed = (node, next) => {
    if (!isRow(node)) return true;
    if (node.dataset.version === next.dataset.version) return false;
    if (!isBusy(node)) return true;
    isLeftOut = true;
    return false;
  };
  const keepKeyboard = (change) => { // what had it may be gone: then the name of its row has it
    const row = document.activeElement?.closest("[data-version]:not([data-every])");
    change();
    if (document.activeElement === document.body && row?.isConnected) row.querySelector("h3 a")?.focus();
  };
  const MORPH = { ignoreActiveValue: true, callbacks: { beforeAttributeUpdated, beforeNodeMorphed } };
  const shortened = (fragment, region) => { // what stays as it is need not be compared: a thousand rows are many
    const versions = new Map($$("[data-version]", region).map((row) => [row.id, row.dataset.version]));
    for (const row of $$("[data-version]", fragment)) if (isRow(row) && versions.get(row.id) === row.dataset.version) row.replaceChildren();
    return fragment;
  };
  const welcome = (row) => {
    row.classList.add("is-new");
    setTimeout(() => row.classList.remove("is-new"), 2000);
  };
  htmx.defineExtension("morph", {
    isInlineSwap: (style) => style === "morph",
    handleSwap: (style, region, fragment) => {
      if (style !== "morph") return false;
      const before = new Set(rows(region));
      keepKeyboard(() => Idiomorph.morph(region, shortened(fragment, region).children, MORPH));
      for (const row of $$("[data-version]", region)) if (!before.has(row.id)) welcome(row);
      for (const other of $$("[hx-get], [hx-post]", region)) htmx.process(other); // the region itself is known to htmx already
      return true;
    },
  });

  // ---- what waits until the region is let go ----
  const held = new Map(); // by region: its new text and version, and how many rows would come, go or move
  const fresh = (text, id) => new DOMParser().parseFromString(text, "text/html").getElementById(id);
  const tellWaiting = () => {
    const note = one("[data-waiting]"), many = [...held.values()].reduce((sum, each) => sum + each.moves, 0);
    if (!note) return;
    if (many) write(one("[data-show]"), many === 1 ? "1 change, show it" : `${many} changes, show them`);
    if (note.hidden === !many) return;
    note.hidden = !many;
    if (many) say("The list has changed.");
  };
  const hold = (region, text, version, moves) => { held.set(region, { text, version, moves }); tellWaiting(); };
  const show = (region) => htmx.swap(region, held.get(region).text, { swapStyle: "morph", swapDelay: 0, settleDelay: 0 }, { contextElement: region });
  const letGo = () => { for (const region of held.keys()) if (!isInHand(region)) show(region); };
  const showInPlace = (next) => { // how a row stands is told at once, wherever it will stand
    for (const row of $$("[data-version]", next)) {
      const standing = document.getElementById(row.id);
      if (standing) keepKeyboard(() => Idiomorph.morph(standing, row.cloneNode(true), MORPH));
    }
    isLeftOut = false;
    tick();
  };
  const settle = (region, text) => {
    held.delete(region);
    if (isLeftOut) hold(region, text, region.dataset.version, 0);
    isLeftOut = false;
    tellWaiting();
    if (region.dataset.title) document.title = region.dataset.title;
    tick();
    document.dispatchEvent(new Event("fresh"));
  };

  // ---- asking, and what is heard ----
  const lost = one("[data-lost]"), asked = new WeakMap();
  let failed = 0;
  const ask = (all) => {
    if (document.hidden) return;
    for (const region of $$(REGION)) {
      const since = performance.now() - (asked.get(region) ?? 0);
      if (region.classList.contains("htmx-request") || !all && since < Number(region.dataset.every) * 1000 - 100) continue;
      asked.set(region, performance.now());
      region.dispatchEvent(new Event("refresh"));
    }
  };
  const isHeard = (xhr) => {
    failed = 0;
    if (lost) lost.hidden = true;
    anchor = Date.parse(xhr.getResponseHeader("X-Now")) || Date.now();
    read = performance.now();
    for (const heard of $$("[data-heard]")) write(heard, clock(anchor));
    const open = xhr.getResponseHeader("X-Open");
    if (open) for (const count of $$("[data-open]")) write(count, open === "0" ? "" : open);
  };
  const isUnheard = (event) => {
    if (!event.target.matches(REGION)) return;
    failed += 1;
    if (lost) lost.hidden = failed < 3;
    if (lost && failed === 3) say("We’ve lost touch with Ringtrue.");
  };
  const behind = document.createElement("span"); // what is old says so
  behind.className = "chip chip-plain";
  const slowest = Math.max(20, ...$$(REGION).map((region) => Number(region.dataset.every)));
  const tellBehind = () => {
    if (!lost || performance.now() - read <= 1500 * slowest) { behind.remove(); return; }
    write(behind, `Last heard at ${clock(anchor)}`);
    if (!behind.isConnected) one("main h1")?.after(behind);
  };
  const path = (address) => new URL(address, location.href).pathname;
  const leadOn = (to) => { // the page itself is led where its region was: to sign in, or to set codes up
    if (to === "/sign-in") location.assign(`/sign-in?ended=1&next=${encodeURIComponent(location.pathname + location.search)}`);
    else location.reload();
  };
  const answer = (event) => {
    const { xhr, target: region, isError, pathInfo } = event.detail;
    if (isError || !region.matches(REGION)) return;
    if (path(xhr.responseURL) !== path(pathInfo.finalRequestPath)) { event.preventDefault(); leadOn(path(xhr.responseURL)); return; }
    isHeard(xhr);
    const version = xhr.getResponseHeader("X-Version");
    if (xhr.status === 204) { if (version) (held.get(region) ?? region.dataset).version = version; return; }
    const next = isInHand(region) && fresh(xhr.response, region.id);
    const moves = next ? changes(rows(region), rows(next)) : 0;
    if (!moves) return;
    event.detail.shouldSwap = false;
    showInPlace(next);
    hold(region, xhr.response, next.dataset.version, moves);
  };
  // ---- what was not sent: while we may have lost touch, a form asks first whether there is anybody, and says so if not ----
  const unsent = one("[data-unsent]"), asking = new WeakSet(); // for these forms, so a second press does nothing
  let sure = null; // this one is being sent
  const limit = () => AbortSignal.timeout(5000); // milliseconds: who hangs for longer is not there
  const isThere = async () => {
    try { return (await fetch("/healthz", { cache: "no-store", signal: limit() })).ok; } catch { return false; }
  };
  const tellUnsent = (at) => {
    const dialog = at.isConnected && at.closest("dialog form");
    unsent.role = isTyping() ? "alert" : null; // who types goes on typing, and hears it
    (dialog || one("#main")).prepend(unsent);
    unsent.hidden = false;
    if (!isTyping()) unsent.focus({ preventScroll: !dialog });
  };
  const askFirst = async (event) => {
    const { target: form, submitter } = event;
    if (asking.has(form)) { event.preventDefault(); return; }
    if (event.defaultPrevented || form.getAttribute("method") !== "post" || form === sure || !unsent || navigator.onLine && !failed) return;
    event.preventDefault();
    asking.add(form);
    const may = await isThere() && form.isConnected && (!submitter || submitter.form === form); // a change may have taken them away
    asking.delete(form);
    sure = form;
    if (may) form.requestSubmit(submitter);
    else tellUnsent(form);
    sure = null;
  };
  Object.assign(window.ringtrue, { isThere, limit, tellUnsent, untell: () => { unsent.hidden = true; } });

  const on = (name, listen) => document.addEventListener(name, listen);
  on("htmx:configRequest", ({ detail, target }) => {
    if (target.matches(REGION)) detail.parameters.version = (held.get(target) ?? target.dataset).version ?? "";
  });
  on("htmx:beforeSwap", answer);
  on("htmx:afterSwap", ({ detail, target }) => { if (asked.has(target)) settle(target, detail.xhr ? detail.xhr.response : held.get(target).text); });
  for (const trouble of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) on(trouble, isUnheard);
  for (const leaving of ["mouseout", "focusout"]) on(leaving, () => setTimeout(letGo, 0));
  document.addEventListener("pause", letGo, true); // of a message: this event does not bubble
  on("visibilitychange", () => ask(true));
  on("submit", askFirst);
  one("[data-again]")?.addEventListener("click", () => ask(true));
  one("[data-show]")?.addEventListener("click", () => { for (const region of [...held.keys()]) show(region); });
  tick();
  setInterval(() => { tick(); tellBehind(); ask(false); }, 1000);
})();
