// A greeting is looked at while somebody writes it; places and better words go in by a press; where our machine has no voice, the browser speaks.
(() => {
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  const PAUSE = 400; // ms after the last key
  const form = document.querySelector("[data-checks]");
  const text = form?.querySelector("textarea");

  // ---- checks as you type ----
  let later = 0, asking = null;
  const check = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const response = await fetch(form.dataset.checks, { method: "POST", body: new FormData(form), headers: { "X-Part": "checks" }, signal: asking.signal, redirect: "error" });
      if (response.ok) show(document.createRange().createContextualFragment(await response.text()).querySelector("#checks"));
    } catch { /* typed on, or out of touch: what stands there stays, and saving checks it all the same */ }
  };
  const show = (fresh) => {
    const standing = document.getElementById("checks");
    if (standing.dataset.said !== fresh.dataset.said) document.getElementById("announce").textContent = fresh.dataset.said;
    standing.replaceWith(fresh);
    offer();
  };
  const soon = () => { clearTimeout(later); later = setTimeout(check, PAUSE); };
  text?.addEventListener("input", soon);

  // ---- places, and better words ----
  for (const button of $$("[data-place]")) {
    button.hidden = false;
    button.parentElement.querySelector("[data-plain]").hidden = true;
    button.addEventListener("click", () => {
      text.focus();
      text.setRangeText(button.dataset.place, text.selectionStart, text.selectionEnd, "end");
      check();
    });
  }
  form?.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="use"]');
    if (!button) return;
    event.preventDefault();
    text.focus();
    text.value = button.value;
    check();
  });

  // ---- the browser's own voice ----
  const offer = () => { if (window.speechSynthesis) for (const button of $$("[data-say]")) button.hidden = false; };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-say]");
    if (!button) return;
    const words = new SpeechSynthesisUtterance(button.dataset.say);
    words.lang = button.lang;
    speechSynthesis.cancel();
    speechSynthesis.speak(words);
  });
  document.addEventListener("fresh", offer);
  offer();

  // ---- a file that is too large is not sent at all ----
  for (const field of $$("input[data-most]")) {
    field.addEventListener("change", () => {
      const large = [...field.files].some((file) => file.size > Number(field.dataset.most));
      field.setCustomValidity(large ? "That file is too large. Save it as MP3, or make it shorter." : "");
      field.reportValidity();
    });
  }
})();
