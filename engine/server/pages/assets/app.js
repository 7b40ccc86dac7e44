// What the pages do beyond forms and links: local times, forms sent without a reload, and the live view. Every page works without it.
"use strict";
(() => {
  const local = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const brief = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
  const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

  // localise writes times, which come in UTC, in the reader's zone.
  function localise(root) {
    for (const t of root.querySelectorAll("time[data-clock], time[data-moment]")) {
      const at = new Date(t.dateTime);
      const format = "moment" in t.dataset ? full : t.dataset.clock === "short" ? brief : local;
      if (!isNaN(at)) { t.textContent = format.format(at); t.title = full.format(at); }
    }
  }
  localise(document);

  const page = document.querySelector(".try");
  if (!page) return;
  const alertLine = page.querySelector(".alert");
  const steps = page.querySelector("[data-steps]");
  const pulse = page.querySelector("[data-pulse]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  for (const input of page.querySelectorAll("[data-zone]")) input.value = zone;

  function complain(text) {
    alertLine.textContent = text;
    alertLine.hidden = !text;
  }

  page.addEventListener("submit", async (e) => {
    const form = e.target;
    if (!("live" in form.dataset)) return;
    e.preventDefault();
    const token = form.elements.csrf ? form.elements.csrf.value : "";
    const button = e.submitter || form.querySelector("button");
    const body = new URLSearchParams(new FormData(form, e.submitter));
    if (button) button.disabled = true;
    // The chat's line has to be down before it is told that the visitor has left, or the chat says that the visitor is back.
    const leaves = "visit" in form.dataset && form.elements.away.value !== "";
    if (leaves) {
      visit(form);
      await new Promise((done) => { setTimeout(done, 200); });
    }
    try {
      const answer = await fetch(form.action, {
        method: "POST", credentials: "same-origin", body,
        headers: { "X-Journey-Script": "1", "X-CSRF-Token": token },
      });
      complain(answer.ok ? "" : (await answer.text()).slice(0, 500));
      if (answer.ok) {
        if ("clear" in form.dataset) form.elements.text.value = "";
        if ("visit" in form.dataset && !leaves) visit(form);
        for (const name of Object.keys(parts)) refresh(name, form.closest("[data-part]") !== null);
      }
    } catch {
      complain("The server can’t be reached. Please try again.");
    } finally {
      if (button) button.disabled = false;
    }
  });

  // visit closes the sample site, so that its chat is gone, or opens it again.
  function visit(form) {
    const site = page.querySelector("[data-site]");
    const away = form.elements.away.value !== "";
    const inside = document.createElement(away ? "p" : "iframe");
    if (away) {
      inside.className = "empty";
      inside.textContent = "You have left the site. The talk goes on by text, where that was agreed.";
    } else {
      inside.title = "Sample site with the chat";
      inside.src = "/shop";
    }
    site.replaceChildren(inside);
    form.elements.away.value = away ? "" : "1";
    form.querySelector("button").textContent = away ? "Open the site again" : "Leave the site";
  }

  page.addEventListener("change", (e) => {
    const form = e.target.form;
    if (form && ("pick" in form.dataset || "auto" in form.dataset)) form.requestSubmit();
  });

  page.addEventListener("click", async (e) => {
    const button = e.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.classList.add("done");
      setTimeout(() => button.classList.remove("done"), 1500);
    } catch { /* the text is there to be selected */ }
  });

  // refresh fetches a part as it is now. What somebody is typing in is left alone.
  const parts = {};
  for (const e of page.querySelectorAll("[data-part]")) parts[e.dataset.part] = { element: e, timer: 0 };
  function refresh(name, force) {
    const part = parts[name];
    if (!part || part.timer) return;
    part.timer = setTimeout(async () => {
      part.timer = 0;
      if (!force && part.element.querySelector("form") && part.element.contains(document.activeElement)) return;
      const query = new URLSearchParams({ phone: page.dataset.phone, mail: page.dataset.mail });
      const answer = await fetch("/live/" + name + "?" + query, { credentials: "same-origin" }).catch(() => null);
      if (!answer || !answer.ok) return;
      const open = new Map([...part.element.querySelectorAll("[data-key]")].map((d) => [d.dataset.key, d.open]));
      part.element.replaceChildren(fragment(await answer.text()));
      for (const d of part.element.querySelectorAll("[data-key]")) if (open.has(d.dataset.key)) d.open = open.get(d.dataset.key);
      localise(part.element);
      toEnd();
    }, 60);
  }
  const fragment = (html) => document.createRange().createContextualFragment(html);
  function toEnd() {
    const thread = page.querySelector(".thread");
    if (thread) thread.scrollTop = thread.scrollHeight;
  }
  toEnd();

  const most = 200;
  let last = 0;
  const source = new EventSource("/live?after=" + encodeURIComponent(page.dataset.after));
  source.onopen = () => { pulse.textContent = "live"; pulse.classList.add("on"); };
  source.onerror = () => { pulse.textContent = "reconnecting"; pulse.classList.remove("on"); };
  source.addEventListener("sandbox", () => { refresh("phone"); refresh("mail"); });
  source.addEventListener("step", (e) => {
    if (Number(e.lastEventId) <= last) return;
    last = Number(e.lastEventId);
    const step = fragment(e.data);
    localise(step);
    step.firstElementChild.classList.add("new");
    page.querySelector("[data-none]").hidden = true;
    steps.prepend(step);
    while (steps.querySelectorAll(".step").length > most) [...steps.querySelectorAll(".step")].pop().remove();
    refresh("customer");
    refresh("records");
  });
})();
