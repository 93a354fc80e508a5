// Keys of every page: g and a letter goes somewhere, / finds, ? lists them. Never inside fields; switched off on Me. Each has a link or button too.
(() => {
  if (document.documentElement.dataset.keys === "off") return;
  const one = (selector) => document.querySelector(selector);
  const WITHIN = 1500; // milliseconds from g to its letter
  const dialog = one("#shortcuts");
  let began = -Infinity;
  const list = () => dialog.showModal();
  const find = () => { if (one("[data-find]")) one("[data-find]").focus(); else location.assign("/callbacks#find-words"); };
  const DO = { "/": find, ...(dialog && { "?": list }), g: () => { began = performance.now(); } };
  const isOurs = (event) => !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing && !event.repeat && !one("dialog[open]") &&
    !event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  window.addEventListener("keydown", (event) => { // before the keys of the page itself: after g, c is no call
    if (!isOurs(event)) return;
    const place = performance.now() - began < WITHIN && /^[a-z]$/.test(event.key) && one(`[data-go="${event.key}"]`);
    if (!place && !Object.hasOwn(DO, event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    began = -Infinity;
    if (place) place.click();
    else DO[event.key]();
  }, true);
  for (const button of document.querySelectorAll("[data-keys]")) {
    button.hidden = false;
    button.addEventListener("click", list);
  }
})();
