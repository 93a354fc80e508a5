// One call-back under the fingers: keys for what may be done, and the note box when a call ends. Everything has a control that works without it.
(() => {
  const one = (selector) => document.querySelector(selector);
  const note = one("#note");

  // ---- the call is over: what is to be remembered is fresh now ----
  const isLive = () => one(".promise.is-live") !== null;
  let wasLive = isLive();
  document.addEventListener("fresh", () => {
    if (wasLive && !isLive() && note && document.activeElement === document.body) {
      note.focus();
      window.ringtrue.say(`How did it go with ${one("#who").textContent}?`);
    }
    wasLive = isLive();
  });

  // ---- keys: never inside fields, never with Ctrl, Alt or Meta ----
  const press = (...names) => () => names.map((name) => one(`#card [data-key="${name}"]`)).find(Boolean)?.click();
  const play = () => { const audio = one(".words audio"); if (audio) audio.paused ? audio.play() : audio.pause(); };
  const DO = {
    c: press("call"), t: press("claim", "release"), h: press("assign"), s: press("snooze"), d: press("done"), p: play,
    n: () => note?.focus(), "[": () => one("[rel=prev]")?.click(), "]": () => one("[rel=next]")?.click(),
  };
  const isOff = document.documentElement.dataset.keys === "off"; // on Me
  document.addEventListener("keydown", (event) => {
    if (isOff || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || !Object.hasOwn(DO, event.key)) return;
    if (one("dialog[open]") || event.target.closest("input, textarea, select, audio, [contenteditable]")) return;
    event.preventDefault();
    DO[event.key]();
  });
})();
