// Phone: acts without leaving the page, keys, the sound of what is heard, and one's own voice. Everything but the last two works without it.
(() => {
  const one = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const region = one("#phone"), root = document.documentElement;
  if (!region || !window.htmx) return;
  const fault = (words) => {
    const note = document.createElement("p");
    note.className = "note note-bad";
    note.textContent = words;
    one("#fault").replaceChildren(...(words ? [note] : []));
  };
  const refresh = () => region.dispatchEvent(new Event("refresh"));

  // ---- acts: sent as the form would be; the page stays, and the fault is told where the whole page would tell it ----
  const GONE = "That didn’t reach Ringtrue. Try again.";
  const send = async (form, data) => {
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" });
      const page = answer.type === "opaqueredirect" ? null : new DOMParser().parseFromString(await answer.text(), "text/html");
      fault(page ? one("#fault", page)?.textContent.trim() || (answer.ok ? "" : GONE) : "");
      return !page;
    } catch {
      fault(GONE);
      return false;
    } finally {
      refresh();
    }
  };
  let last = null; // where the hand was: what is pressed away leaves the keyboard nowhere
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!region.contains(form)) return;
    event.preventDefault();
    last = form.closest("section[id]")?.id;
    hush();
    const done = await send(form, new FormData(form, event.submitter));
    if (done && form.id === "say") one("#words").value = "";
  }, true); // before it is asked whether we may be reached: what does not reach us is told here
  const keepFocus = () => {
    if (!last || document.activeElement !== document.body) return;
    const place = one(`#${last} .hands .btn`) || one(`#${last} .acts .btn`);
    if (place) place.focus();
    last = null;
  };

  // ---- keys: never in fields, and Enter stays what it is on a button ----
  const press = (control) => { control?.click(); return Boolean(control); };
  const key = (name) => {
    const button = $$(".key").find((each) => each.value === name);
    button?.classList.add("is-down");
    setTimeout(() => button?.classList.remove("is-down"), 150);
    return press(button);
  };
  const did = (event) => {
    const digit = event.code.match(/^(?:Digit|Numpad)([0-9])$/)?.[1];
    if (event.altKey) return digit > 0 && press(one(`[data-answer="${digit}"]`));
    if (/^[0-9*#]$/.test(event.key)) return key(event.key);
    if (event.key === "Escape") return press(one("#hang-up"));
    return event.key === "Enter" && !event.target.closest("a, button, summary") && press(one("#call-now"));
  };
  document.addEventListener("keydown", (event) => {
    if (root.dataset.keys === "off") return; // on Me
    if (event.ctrlKey || event.metaKey || event.repeat || event.isComposing || event.target.closest("input, select, textarea")) return;
    if (did(event)) event.preventDefault();
  });

  // ---- sound: new lines are spoken, and what was recorded is played ----
  const audio = new Audio(), speech = window.speechSynthesis, KEEP = "ringtrue-phone-sound";
  const lines = () => $$("#lines li");
  let heard = Math.max(0, ...lines().map((line) => Number(line.dataset.n)));
  const remembered = () => { try { return localStorage.getItem(KEEP) !== "off"; } catch { return true; } };
  const remember = (on) => { try { localStorage.setItem(KEEP, on ? "on" : "off"); } catch { /* then it is on again next time */ } };
  const hush = () => { speech?.cancel(); audio.pause(); };
  const utter = (words) => {
    const said = new SpeechSynthesisUtterance(words);
    said.lang = root.lang;
    speech.speak(said);
  };
  const sound = (line) => {
    if (line.dataset.sound) { audio.src = line.dataset.sound; audio.play().catch(() => {}); }
    else if (line.matches(".is-heard") && speech) { audio.pause(); utter(line.textContent.replace(/^At \S+/, "")); }
  };
  const listen = () => {
    const fresh = lines().filter((line) => Number(line.dataset.n) > heard);
    if (fresh.length) heard = Number(fresh.at(-1).dataset.n);
    if (!["up", "talking"].includes(one("#handset")?.dataset.state)) hush();
    else if (one("[data-sound-switch]")?.checked) fresh.forEach(sound);
  };
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-sound-switch]")) return;
    remember(event.target.checked);
    if (!event.target.checked) hush();
  });
  root.classList.add("can-hear");
  if (one("[data-sound-switch]") && !remembered()) one("[data-sound-switch]").checked = false;
  document.addEventListener("fresh", () => { listen(); keepFocus(); if (recorder) label("Done speaking"); });

  // ---- one's own voice: recorded here, sent as phone lines carry it ----
  const RATE = 8000, LONGEST = 60_000;
  let recorder = null;
  const label = (words) => { one("[data-mic-words]").textContent = words; one("#mic").classList.toggle("is-on", Boolean(recorder)); };
  const wav = (samples) => {
    const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
    const text = (at, words) => [...words].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
    const numbers = [[4, 36 + samples.length * 2], [16, 16], [24, RATE], [28, RATE * 2], [40, samples.length * 2]];
    for (const [at, words] of [[0, "RIFF"], [8, "WAVEfmt "], [36, "data"]]) text(at, words);
    for (const [at, number] of numbers) view.setUint32(at, number, true);
    for (const [at, number] of [[20, 1], [22, 1], [32, 2], [34, 16]]) view.setUint16(at, number, true);
    samples.forEach((sample, n) => view.setInt16(44 + n * 2, Math.max(-1, Math.min(1, sample)) * 32_767, true));
    return new Blob([view], { type: "audio/wav" });
  };
  const decoded = async (blob) => {
    const context = new AudioContext();
    try { return await context.decodeAudioData(await blob.arrayBuffer()); } finally { context.close(); }
  };
  const onThePhone = async (blob) => { // one channel, 8,000 samples a second
    const heardHere = await decoded(blob);
    const most = Math.min(LONGEST / 1000, heardHere.duration);
    const room = new OfflineAudioContext(1, Math.max(1, Math.floor(most * RATE)), RATE);
    const source = room.createBufferSource();
    source.buffer = heardHere;
    source.connect(room.destination);
    source.start();
    return wav((await room.startRendering()).getChannelData(0));
  };
  const hand = (name, value) => {
    const data = new FormData();
    data.set("csrf_token", one("#say [name=csrf_token]").value);
    data.set(name, value);
    return send(one("#say"), data);
  };
  const record = async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const parts = [], now = new MediaRecorder(stream);
      now.ondataavailable = (event) => parts.push(event.data);
      now.onstop = async () => {
        stream.getTracks().forEach((track) => track.stop());
        recorder = null;
        label("Speak");
        const sound = await onThePhone(new Blob(parts, { type: now.mimeType })).catch(() => null);
        if (sound) { await hand("sound", sound); return; }
        await hand("do", "hush"); // the line waits no longer for what is not to come
        fault("That recording couldn’t be read. Try again, or type what you’d say.");
      };
      if (!await hand("do", "speaking")) { stream.getTracks().forEach((track) => track.stop()); return; }
      recorder = now;
      now.start();
      label("Done speaking");
      setTimeout(() => { if (recorder === now) now.stop(); }, LONGEST);
    } catch {
      fault("The microphone isn’t ours to use here, and that’s fine: type what you’d say instead.");
    }
  };
  if (navigator.mediaDevices?.getUserMedia && window.MediaRecorder) root.classList.add("can-speak");
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-mic]")) return;
    if (recorder) recorder.stop();
    else record();
  });
})();
