// parts puts what the server says now in the place of what is shown, and leaves alone what is the same, so that focus, scroll and what
// a screen reader has read stay. What comes is parsed into a document of its own, where no script runs.
"use strict";
const parts = (() => {
  const raw = new WeakMap(); // as it came, before times were written in the reader's zone
  const parser = new DOMParser();
  const forms = {
    clock: new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }),
    moment: new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }),
    day: new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" }),
  };

  function localise(root) {
    for (const t of root.querySelectorAll("time")) {
      const at = new Date(t.dateTime);
      if (isNaN(at)) continue;
      for (const form of Object.keys(forms)) if (form in t.dataset) t.textContent = forms[form].format(at);
      t.title = t.title || forms.moment.format(at);
    }
    tick(root);
  }

  function lasted(seconds) {
    const two = (n) => String(n).padStart(2, "0");
    if (seconds < 0) seconds = 0;
    if (seconds < 3600) return Math.floor(seconds / 60) + ":" + two(Math.floor(seconds % 60));
    if (seconds < 48 * 3600) return Math.floor(seconds / 3600) + "h " + two(Math.floor(seconds / 60) % 60) + "m";
    return Math.floor(seconds / 86400) + "d";
  }
  let ahead = 0; // of the server's clock, in milliseconds
  function tick(root) {
    const now = Date.now() - ahead;
    for (const t of root.querySelectorAll("time[data-since]")) {
      const text = lasted((now - new Date(t.dateTime)) / 1000);
      if (t.textContent !== text) t.textContent = text;
    }
  }
  setInterval(() => tick(document), 1000);

  // mark finds the same element again in what has come.
  function mark(e) {
    for (const name of ["item", "act", "do", "place", "mode"]) if (e.dataset[name]) return "[data-" + name + "=" + JSON.stringify(e.dataset[name]) + "]";
    return e.id ? "#" + CSS.escape(e.id) : "";
  }

  function put(old, fresh) {
    const html = fresh.outerHTML;
    if (raw.get(old) === html) return;
    const held = old.contains(document.activeElement) ? mark(document.activeElement) : "";
    if ("keyed" in fresh.dataset) keyed(old, fresh);
    else {
      fresh = document.importNode(fresh, true);
      for (const d of old.querySelectorAll("details[id]")) {
        const same = fresh.querySelector("#" + CSS.escape(d.id));
        if (same && d.open) same.open = true;
      }
      localise(fresh);
      old.replaceWith(fresh);
      old = fresh;
    }
    raw.set(old, html);
    if (held && !old.contains(document.activeElement)) old.querySelector(held)?.focus({ preventScroll: true });
  }

  function keyed(old, fresh) {
    const known = new Map([...old.children].map((e) => [e.dataset.key, e]));
    let place = old.firstElementChild;
    for (const child of [...fresh.children]) {
      const html = child.outerHTML;
      let e = known.get(child.dataset.key);
      known.delete(child.dataset.key);
      if (!e || raw.get(e) !== html) {
        const made = document.importNode(child, true);
        localise(made);
        raw.set(made, html);
        if (e) {
          if (place === e) place = made;
          e.replaceWith(made);
        }
        e = made;
      }
      if (e === place) place = e.nextElementSibling;
      else old.insertBefore(e, place);
    }
    for (const gone of known.values()) gone.remove();
    for (const name of ["data-of", "aria-label"]) if (fresh.hasAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
  }

  return { localise, put, parse: (html) => parser.parseFromString(html, "text/html"), clock(now) { ahead = Date.now() - new Date(now); tick(document); } };
})();
