// notice tells of new work: with a sound, unless that is off, and with a number in the title while nobody looks.
"use strict";
const notice = (() => {
  const title = document.title;
  let unseen = 0, audio = null;
  const loud = () => localStorage.getItem("journey.sound") !== "off";

  // A browser lets nothing sound before the person has done something on the page.
  const ready = () => { audio ??= new AudioContext(); };
  addEventListener("pointerdown", ready, { once: true });
  addEventListener("keydown", ready, { once: true });

  function beep() {
    if (!audio || !loud()) return;
    const now = audio.currentTime, tone = audio.createOscillator(), volume = audio.createGain();
    tone.frequency.setValueAtTime(660, now);
    tone.frequency.setValueAtTime(880, now + 0.09);
    volume.gain.setValueAtTime(0.0001, now);
    volume.gain.exponentialRampToValueAtTime(0.12, now + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, now + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 0.32);
  }
  const badge = () => { document.title = unseen ? "(" + unseen + ") " + title : title; };
  const seen = () => { unseen = 0; badge(); };
  addEventListener("focus", seen);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) seen(); });

  return {
    loud,
    toggle() { localStorage.setItem("journey.sound", loud() ? "off" : "on"); return loud(); },
    came() {
      beep();
      if (document.hidden || !document.hasFocus()) { unseen++; badge(); }
    },
  };
})();
