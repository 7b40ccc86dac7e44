// The supervisor's view, live. Its forms work without a script.
"use strict";
(() => {
  const root = document.querySelector("[data-supervisor]");
  if (!root) return;
  const open = root.dataset.open === "true", me = open ? localStorage.getItem("journey.agent") ?? "" : root.dataset.me;
  const headers = () => {
    const h = { "X-Journey-Script": "1", "X-CSRF-Token": root.dataset.csrf };
    if (open) h["X-Journey-Agent"] = encodeURIComponent(me);
    return h;
  };
  async function show() {
    const answer = await fetch(location.pathname, { headers: headers(), credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = parts.parse(await answer.text());
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = root.querySelector("[data-part=" + part.dataset.part + "]");
      if (old && !(old.contains(document.activeElement) && document.activeElement.matches("input"))) parts.put(old, part);
    }
  }
  let soon = 0;
  const later = () => { soon ||= setTimeout(() => { soon = 0; show(); }, 300); };

  root.addEventListener("submit", async (e) => {
    e.preventDefault();
    const body = new URLSearchParams(new FormData(e.target));
    if (open) body.set("agent", me);
    if (open) body.set("text", "Reassigned by " + me + ".");
    const path = e.submitter?.getAttribute("formaction") ?? e.target.getAttribute("action");
    const answer = await fetch(path, { method: "POST", headers: headers(), body, credentials: "same-origin" }).catch(() => null);
    const line = root.querySelector("[data-alert]");
    line.textContent = answer?.ok ? "" : answer ? (await answer.text()).slice(0, 400) : "The server can’t be reached.";
    line.hidden = Boolean(answer?.ok);
    e.submitter?.blur();
    document.activeElement?.blur();
    show();
  });

  parts.clock(root.dataset.now);
  parts.localise(root);
  show();
  const source = new EventSource("/inbox/live?look=1" + (open ? "&agent=" + encodeURIComponent(me || "supervisor") : ""));
  source.onopen = later;
  for (const name of ["changed", "reload"]) source.addEventListener(name, later);
})();
