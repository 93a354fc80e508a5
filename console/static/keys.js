// The list of call-backs under the fingers: forms in a dialog, ticks in a row, and keys. Everything has a control that works without it.
(() => {
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector, from = document) => from.querySelector(selector);
  const bulk = one("#bulk");
  const ticked = one("[data-ticked]");

  // ---- ticks: how many, and a range with Shift ----
  let last = null;
  const count = () => {
    const many = $$(".tick:checked").length;
    if (ticked) ticked.textContent = many === 1 ? "1 ticked" : `${many} ticked`;
  };
  const range = (from, to) => {
    const all = $$(".tick");
    const [first, end] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
    if (first >= 0) for (const tick of all.slice(first, end + 1)) tick.checked = to.checked;
  };
  const choose = (tick, withShift) => {
    if (withShift && last?.isConnected) range(last, tick);
    last = tick;
    count();
  };
  document.addEventListener("click", (event) => { if (event.target.matches(".tick")) choose(event.target, event.shiftKey); });
  document.addEventListener("fresh", count);
  bulk?.addEventListener("reset", () => setTimeout(count, 0));

  // ---- one thing unfolded at a time; a click beside it folds it, and so does Esc ----
  const UNFOLDED = ".other[open], .bulk details[open]";
  document.addEventListener("click", (event) => {
    for (const open of $$(UNFOLDED)) if (!open.contains(event.target)) open.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || one("dialog[open]")) return;
    for (const open of $$(UNFOLDED)) {
      if (open.contains(document.activeElement)) one("summary", open).focus();
      open.open = false;
    }
  });

  // ---- dialogs: the form of the page that the link leads to ----
  let opener = null;
  const close = (dialog) => { dialog.close(); };
  const show = (content) => {
    const dialog = document.createElement("dialog");
    dialog.append(content);
    dialog.setAttribute("aria-labelledby", one("h1, h2", content).id);
    dialog.addEventListener("close", () => { // told late: whoever went on meanwhile stays where they are
      const left = document.activeElement === document.body || dialog.contains(document.activeElement);
      dialog.remove();
      if (left && opener?.isConnected) opener.focus();
    });
    document.body.append(dialog);
    dialog.showModal();
    (one("textarea, input:not([type=hidden]), .btn:not(.vh)", content) || dialog).focus();
  };
  const open = async (link) => {
    try {
      const response = await fetch(link.href, { redirect: "manual", signal: window.ringtrue.limit() });
      if (!response.ok) throw new Error(response.status);
      const form = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("#act");
      const standing = one("dialog[open]");
      if (standing) close(standing);
      else opener = link;
      window.ringtrue.untell();
      show(document.adoptNode(form));
    } catch {
      if (await window.ringtrue.isThere()) location.assign(link.href); // a page does the same, and says what is wrong
      else window.ringtrue.tellUnsent(link);
    }
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-act]");
    const closer = event.target.closest("dialog [data-close]");
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (closer) { event.preventDefault(); close(closer.closest("dialog")); }
    else if (link) { event.preventDefault(); open(link); }
  });

  // ---- some buttons need a field filled in: said in the dialog, not on another page ----
  document.addEventListener("submit", (event) => {
    const name = event.submitter?.dataset.needs, field = name && event.target.elements[name];
    if (!field || field.value.trim()) return;
    event.preventDefault();
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `p-${name}`);
    one(`#p-${name}`, event.target).hidden = false;
    field.focus();
  }, true); // before it is asked whether we may be reached

  // ---- keys: never inside fields, never with Ctrl, Alt or Meta; those of every page are in shortcuts.js ----
  const rows = () => $$("#list .cb");
  const here = () => document.activeElement.closest?.(".cb") || null;
  const go = (step) => {
    const all = rows(), at = all.indexOf(here());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
    next?.querySelector("h3 a").focus();
  };
  const press = (...names) => {
    const row = one("#list") ? here() : document; // a page of one call-back has no rows
    const control = row && names.map((name) => one(`[data-key="${name}"]`, row)).find(Boolean);
    control?.click();
  };
  const play = () => { const audio = here()?.querySelector("audio"); if (audio) audio.paused ? audio.play() : audio.pause(); };
  const tick = (shift) => {
    const box = here()?.querySelector(".tick");
    if (!box) return;
    box.checked = !box.checked;
    choose(box, shift);
  };
  const DO = {
    j: () => go(1), k: () => go(-1), c: () => press("call"), t: () => press("claim", "release"), h: () => press("assign"), s: () => press("snooze"),
    d: () => press("done"), p: play, x: () => tick(false), X: () => tick(true), e: () => one("[data-export]")?.click(),
  };
  const inField = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog") !== null;
  const isOff = document.documentElement.dataset.keys === "off";
  document.addEventListener("keydown", (event) => {
    if (isOff || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
    if (inField(event.target) || one("dialog[open]") || !Object.hasOwn(DO, event.key)) return;
    event.preventDefault();
    DO[event.key]();
  });
  count();
})();
