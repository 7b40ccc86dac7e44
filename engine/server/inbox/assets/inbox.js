// The inbox by keyboard, live. Reading works without it.
"use strict";
(() => {
  const root = document.querySelector("[data-inbox]");
  if (!root) return;
  const $ = (selector, within = root) => within.querySelector(selector);
  const $$ = (selector, within = root) => [...within.querySelectorAll(selector)];
  const open = root.dataset.open === "true";
  const state = { me: root.dataset.me, place: root.dataset.place, item: root.dataset.item, mode: "reply", sent: 0, busy: false, pick: -1 };
  const changes = new Map(); // of the item that is open: what was changed of its data
  if (open) state.me = localStorage.getItem("journey.agent") || state.me;

  const headers = () => {
    const h = { "X-Journey-Script": "1", "X-CSRF-Token": root.dataset.csrf };
    if (open) h["X-Journey-Agent"] = encodeURIComponent(state.me);
    return h;
  };
  const query = () => {
    const q = new URLSearchParams({ in: state.place });
    if (state.item) q.set("item", state.item);
    const words = $("[name=q]").value.trim();
    if (words) q.set("q", words);
    if (state.item && state.revealed === state.item) q.set("reveal", "1");
    return q;
  };

  let hush = 0;
  function complain(text, tone = "bad") {
    const line = $("[data-alert]");
    line.textContent = text;
    line.dataset.tone = tone;
    line.hidden = !text;
    for (const wrong of document.querySelectorAll("dialog[open] [data-wrong]")) wrong.textContent = text;
    clearTimeout(hush);
    if (text) hush = setTimeout(() => { line.hidden = true; }, 8000);
  }
  const announce = (text) => { $("[data-status]").textContent = text; };

  // show fetches what is to be seen now. Only the last answer that was asked for counts, and whoever asked before waits for it too.
  let asked = 0, latest = null;
  const show = () => latest = look(++asked, query());
  // list does so for what stands around the conversation, which has not changed; unless more than that is asked for already.
  let whole = 0;
  function list() {
    if (whole) return show();
    const q = query();
    q.set("only", "list");
    return latest = look(++asked, q);
  }
  async function look(mine, q) {
    const all = !q.has("only");
    if (all) whole++;
    try { return await take(mine, q); } finally { if (all) whole--; }
  }
  async function take(mine, q) {
    const answer = await fetch("/inbox?" + q, { headers: headers(), credentials: "same-origin" }).catch(() => null);
    if (mine !== asked) return latest;
    if (!answer) { complain("The server can’t be reached."); return false; }
    if (answer.status === 401 || answer.redirected) { location.assign("/login?next=" + encodeURIComponent("/inbox?" + query())); return false; }
    const fresh = parts.parse(await answer.text()).querySelector("[data-inbox]");
    if (mine !== asked) return latest;
    if (!fresh) return false;
    root.dataset.csrf = fresh.dataset.csrf;
    parts.clock(fresh.dataset.now);
    put(fresh);
    return true;
  }

  function put(fresh) {
    const was = root.dataset.item, is = fresh.dataset.item;
    const saying = $("[data-scroll]"), low = !saying || saying.scrollHeight - saying.scrollTop - saying.clientHeight < 80;
    root.dataset.item = state.item = is;
    if (was !== is) {
      changes.clear();
      const talk = document.importNode($(".talk", fresh), true);
      parts.localise(talk);
      $(".talk").replaceWith(talk);
      opened();
    }
    for (const part of $$("[data-part]", fresh)) {
      const old = $("[data-part=" + part.dataset.part + "]");
      if (old && !(part.dataset.part === "packet" && was === is && old.contains(document.activeElement) && document.activeElement.matches("input, select"))) parts.put(old, part);
    }
    for (const [name, value] of changes) {
      const input = $("[name=" + CSS.escape(name) + "]");
      if (input) input.value = value;
    }
    if (low || was !== is) toEnd();
    limits();
  }
  const toEnd = () => { const s = $("[data-scroll]"); if (s) s.scrollTop = s.scrollHeight; };

  let soon = 0, rest = 0;
  function later(wait) {
    soon ||= setTimeout(() => { soon = 0; show(); }, wait);
  }
  const listLater = () => { rest ||= setTimeout(() => { rest = 0; if (!soon) list(); }, 300); };

  // opened sets up a talk that has just been put there.
  function opened() {
    state.mode = "reply";
    const text = $("[data-reply]");
    if (!text) return;
    text.value = sessionStorage.getItem("draft:" + state.item) ?? "";
    mode(state.mode);
    grow(text);
  }

  const items = () => $$(".items [data-item]");
  const at = () => {
    const list = items(), focused = list.indexOf(document.activeElement);
    return focused >= 0 ? focused : list.findIndex((a) => a.dataset.item === state.item);
  };
  function move(by) {
    const list = items();
    if (!list.length) return;
    const to = list[Math.max(0, Math.min(list.length - 1, at() < 0 ? 0 : at() + by))];
    to.focus();
    to.scrollIntoView({ block: "nearest" });
  }
  function toList() {
    view("list");
    const list = items();
    (list[Math.max(0, at())] ?? $(".items")).focus();
  }
  const view = (name) => { root.dataset.view = name; };

  async function choose(id, keep) {
    state.item = id;
    view(id ? "talk" : "list");
    if (!keep) history.pushState({ ...state }, "", "/inbox?" + query());
    if (!await show()) return;
    const link = $(".items [data-item=" + JSON.stringify(id) + "]");
    if (link && link.offsetParent) link.focus({ preventScroll: false });
    else ($("[data-title]") ?? $(".items")).focus();
    announce(id ? "Opened: " + ($("[data-title]")?.textContent ?? "") : "Nothing is left here.");
  }
  async function go(place) {
    state.place = place;
    $("[name=q]").value = "";
    $("[name=in]").value = place;
    history.pushState({ ...state }, "", "/inbox?" + query());
    view("list");
    if (await show()) (items()[0] ?? $(".items")).focus();
  }
  addEventListener("popstate", () => {
    const q = new URLSearchParams(location.search);
    state.place = q.get("in") || "all";
    $("[name=q]").value = q.get("q") || "";
    choose(q.get("item") || "", true);
  });

  const secret = () => [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");

  // act has the server do something. What was refused is said, and what is so now is shown. The same again, because nobody knows whether it
  // was done, is the same act to the server.
  let attempt = {};
  async function act(name, fields = {}, aside = false) {
    if (open && !state.me) { ask("name"); return false; }
    const what = JSON.stringify([name, state.item, fields]);
    if (attempt.what !== what) attempt = { what, once: secret() };
    const body = new URLSearchParams({ item: state.item, once: attempt.once, ...fields });
    const answer = await fetch("/inbox/act/" + name, { method: "POST", headers: headers(), body, credentials: "same-origin" }).catch(() => null);
    if (answer) attempt = {};
    if (answer && answer.ok && aside) return true; // what was said last stands
    if (answer && answer.ok) { complain(answer.status === 200 ? await answer.text() : "", "good"); return true; }
    complain(answer ? (await answer.text()).slice(0, 400) : "The server can’t be reached. What you wrote is still here.");
    later(0);
    return false;
  }

  // leave goes on to the next conversation after one is done with.
  async function leave(name, fields, words) {
    const list = items().map((a) => a.dataset.item), i = list.indexOf(state.item), gone = state.item;
    const free = (id) => id !== gone && !$(".items [data-item=" + JSON.stringify(id) + "] .has:not(.mine)");
    const next = [...list.slice(i + 1), ...list.slice(0, Math.max(0, i)).reverse()].find(free) ?? "";
    if (!await act(name, fields)) return false;
    sessionStorage.removeItem("draft:" + gone);
    document.querySelector("dialog[open]")?.close();
    await choose(next);
    announce(words + (next ? " Next: " + ($("[data-title]")?.textContent ?? "") : ""));
    return true;
  }

  const simple = { claim: "Claimed.", "take-over": "Taken over.", release: "Released." };
  async function simply(name) {
    if (!$("[data-act=" + name + "]")) return;
    if (!await act(name)) return;
    announce(simple[name]);
    await show();
    if (name !== "release") write("reply");
  }

  function write(what) {
    const text = $("[data-reply]");
    if (!text) return;
    view("talk");
    mode(what);
    text.focus();
  }
  function mode(what) {
    state.mode = what;
    const form = $("[data-compose]");
    form.dataset.mode = what;
    for (const b of $$("[data-mode]", form)) if (b.tagName === "BUTTON") b.setAttribute("aria-pressed", String(b.dataset.mode === what));
    $("[data-label]").textContent = what === "note" ? "Internal note" : "Reply";
    $("[data-send]").textContent = what === "note" ? "Keep note" : "Send";
    limits();
  }

  const grow = (text) => { text.style.height = "auto"; text.style.height = Math.min(text.scrollHeight + 2, 220) + "px"; };
  const channel = () => $("[data-limits]")?.dataset.channel ?? "";
  function limits() {
    const form = $("[data-compose]");
    if (!form) return;
    $("[data-reply]").placeholder = state.mode === "note" ? "For colleagues only; the customer does not see it" :
      "Reply by " + ({ sms: "text" }[channel()] ?? channel()) + (matchMedia("(max-width: 56rem)").matches ? "" : ":  r  ·  ready replies:  /");
    const text = $("[data-reply]").value, note = state.mode === "note", stop = !note && stopped();
    $("[data-send]").disabled = Boolean(stop) || !text.trim() || !note && !canned().hidden;
    let said = "";
    if (!note && channel() === "sms" && text) {
      const s = segments(text);
      said = s.n + (s.n === 1 ? " text, " : " texts, ") + s.left + " left" + (s.ucs2 ? " (special characters: shorter texts)" : "");
      $("[data-count]").classList.toggle("many", s.n > 3);
    }
    $("[data-count]").textContent = said;
    $("[data-how]").textContent = byControl() ? "Ctrl Enter sends" : "Enter sends";
  }
  const stopped = () => ($("[data-limits]")?.dataset.stop ?? "") && !$("[name=urgent]")?.checked;
  const byControl = () => state.mode === "reply" && channel() === "email";

  async function send(resolve) {
    const text = $("[data-reply]"), words = text.value.trim(), what = state.mode, from = state.item;
    if (!words || state.busy || what === "reply" && stopped()) return;
    if (what === "reply" && gap(text)) return complain("Fill in what is between the braces first.");
    state.busy = true;
    const fields = { text: words };
    if (what === "reply" && $("[name=urgent]")?.checked) fields.urgent = "1";
    const done = await act(what, fields);
    state.busy = false;
    if (!done) return;
    sessionStorage.removeItem("draft:" + from);
    if (state.item !== from) return;
    text.value = "";
    grow(text);
    if ($("[name=urgent]")) $("[name=urgent]").checked = false;
    if (what === "note") mode("reply");
    announce(what === "note" ? "The note is kept." : "Sent.");
    if (resolve) return finish("resolve");
    await show();
  }

  // typing shows the customer that somebody writes. Whoever begins to answer has it, so that no two write the same answer.
  let told = 0, claimed = "";
  async function typing() {
    if (state.mode !== "reply") return;
    if (claimed !== state.item && $("[data-act=claim]")) {
      claimed = state.item;
      if (await act("claim", {}, true)) await show();
      return;
    }
    if (Date.now() - told < 2500) return;
    told = Date.now();
    fetch("/inbox/act/typing", { method: "POST", headers: headers(), body: new URLSearchParams({ item: state.item }), credentials: "same-origin" }).catch(() => {});
  }

  // Ready replies: a slash begins them, words narrow them down.
  const canned = () => $("[data-canned]");
  function offer() {
    const text = $("[data-reply]"), list = canned(), asks = /^\/(.*)$/s.exec(text.value);
    if (!asks || state.mode !== "reply") { list.hidden = true; text.removeAttribute("aria-activedescendant"); return; }
    const words = asks[1].toLowerCase().split(/\s+/).filter(Boolean);
    const found = $$("[data-part=replies] li").filter((r) => words.every((w) => (r.dataset.name + " " + r.dataset.text).toLowerCase().includes(w))).sort((a, b) => ("missing" in a.dataset) - ("missing" in b.dataset)).slice(0, 8);
    list.replaceChildren(...found.map((r, i) => {
      const one = document.createElement("li"), name = document.createElement("b"), words = document.createElement("span");
      one.setAttribute("role", "option");
      one.id = "canned-" + i;
      one.dataset.text = r.dataset.text;
      name.textContent = r.dataset.name;
      words.textContent = r.dataset.text;
      if (r.dataset.missing) {
        const lacks = document.createElement("small");
        lacks.textContent = "to fill in: " + r.dataset.missing;
        words.append(" ", lacks);
      }
      one.append(name, words);
      return one;
    }));
    if (!found.length) {
      const none = document.createElement("li");
      none.textContent = "No ready reply is like that.";
      none.className = "empty";
      list.append(none);
    }
    list.hidden = false;
    pick(0);
  }
  function pick(i) {
    const all = $$("[role=option]", canned());
    if (!all.length) return;
    state.pick = (i + all.length) % all.length;
    all.forEach((one, n) => one.setAttribute("aria-selected", String(n === state.pick)));
    all[state.pick].scrollIntoView({ block: "nearest" });
    $("[data-reply]").setAttribute("aria-activedescendant", all[state.pick].id);
  }
  function insert(one) {
    const text = $("[data-reply]");
    text.value = one.dataset.text;
    canned().hidden = true;
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    gap(text);
  }
  // gap selects what a ready reply could not fill in, and tells whether there is something.
  function gap(text) {
    const found = /\{\{.*?\}\}/.exec(text.value);
    if (found) text.setSelectionRange(found.index, found.index + found[0].length);
    return Boolean(found);
  }

  const sheet = (name) => document.getElementById(name);
  function ask(name) {
    const s = sheet(name);
    if (!s || s.open) return;
    for (const line of s.querySelectorAll("[data-changes]")) {
      const names = [...changes.keys()].map((n) => n.replace(/^data\./, "").replaceAll("_", " "));
      line.textContent = names.length ? "It takes along what you changed: " + names.join(", ") + "." : name === "return" ? "Nothing was changed. The journey goes on by itself." : "";
    }
    for (const wrong of s.querySelectorAll("[data-wrong]")) wrong.textContent = "";
    const usual = s.querySelector("[name=disposition]");
    if (usual) usual.value = s.querySelector("datalist option")?.value ?? "";
    s.showModal();
    const first = s.querySelector("input, select, textarea, button.main");
    first?.focus();
    if (first?.select) first.select();
  }
  const may = { transfer: 1, return: 1, resolve: 1 };
  function finish(name) {
    if (!(name in may) || !$("[data-do=" + name + "]")) return;
    ask(name);
  }

  addEventListener("submit", async (e) => {
    const form = e.target;
    if (form.matches("[data-compose]")) { e.preventDefault(); return send(false); }
    if (form.matches("[data-find]")) { e.preventDefault(); await show(); return toList(); }
    if (form.matches("[data-data]")) { e.preventDefault(); return; }
    const name = form.dataset.sheet;
    if (!name) return;
    e.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    if (name === "name") return named(form, fields.agent.trim());
    if (name !== "transfer") Object.assign(fields, Object.fromEntries(changes));
    if (await leave(name, fields, { transfer: "Transferred.", return: "Returned.", resolve: "Resolved." }[name])) form.reset();
  });

  async function named(form, name) {
    const wrong = form.querySelector("[data-wrong]");
    if (!/^[\p{L}\p{N}][\p{L}\p{N} .'_-]{0,39}$/u.test(name)) {
      wrong.textContent = "A name has letters, digits, spaces and . ' _ - and begins with a letter or a digit.";
      return;
    }
    localStorage.setItem("journey.agent", name);
    state.me = name;
    form.closest("dialog").close();
    for (const b of $$("[data-name]")) if (b.tagName === "B") b.textContent = name;
    connect();
    await show();
    toList();
  }

  addEventListener("click", (e) => {
    const link = e.target.closest(".items [data-item], .places [data-place]");
    if (link && !e.ctrlKey && !e.metaKey && !e.shiftKey) {
      e.preventDefault();
      return link.dataset.item ? choose(link.dataset.item) : go(link.dataset.place);
    }
    if (e.target.closest("[data-alert]")) return complain("");
    const option = e.target.closest("[data-canned] [role=option]");
    if (option) return insert(option);
    const button = e.target.closest("button");
    if (!button) return;
    if (button.dataset.act) return simply(button.dataset.act);
    if (button.dataset.mode) return write(button.dataset.mode);
    switch (button.dataset.do) {
      case "back": return toList();
      case "reveal": state.revealed = state.item; return show();
      case "details": return view(root.dataset.view === "packet" ? "talk" : "packet");
      case "close": return button.closest("dialog").close();
      case "help": case "name": return ask(button.dataset.do);
      case "available": return act(button.dataset.now === "true" ? "away" : "available").then(show);
      case "sound": return button.setAttribute("aria-pressed", String(notice.toggle()));
      case "transfer": case "return": case "resolve": return finish(button.dataset.do);
    }
  });

  let searching = 0;
  addEventListener("input", (e) => {
    const t = e.target;
    if (t.matches("[data-reply]")) {
      grow(t);
      offer();
      limits();
      if (t.value) sessionStorage.setItem("draft:" + state.item, t.value); else sessionStorage.removeItem("draft:" + state.item);
      if (t.value && !t.value.startsWith("/")) typing();
    } else if (t.matches("[data-data] [name]")) {
      changes.set(t.name, t.value);
      t.classList.add("changed");
    } else if (t.name === "urgent") {
      limits();
    } else if (t.name === "q") {
      clearTimeout(searching);
      searching = setTimeout(show, 200);
    }
  });

  let chord = 0;
  const places = { q: "all", m: "mine", u: "unrouted" };
  addEventListener("keydown", (e) => {
    if (document.querySelector("dialog[open]")) return;
    const t = e.target;
    if (t.matches("[data-reply]")) return composing(e);
    if (t.matches("input, select, textarea")) return leaving(e);
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (chord && Date.now() - chord < 1500) {
      chord = 0;
      e.preventDefault();
      if (e.key === "s") location.assign("/inbox/supervisor");
      if (places[e.key]) go(places[e.key]);
      return;
    }
    const keys = {
      j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
      c: () => simply("claim"), x: () => simply("take-over"), l: () => simply("release"),
      r: () => write("reply"), n: () => write("note"), t: () => finish("transfer"), b: () => finish("return"), e: () => finish("resolve"),
      d: collected,
      "/": () => { view("list"); $("[name=q]").select(); $("[name=q]").focus(); }, "?": () => ask("help"), g: () => { chord = Date.now(); }, Escape: () => toList(),
    };
    if (e.key.startsWith("Arrow") && !t.closest(".items") && t !== document.body) return;
    const own = Object.hasOwn(keys, e.key) && keys[e.key];
    if (!own) return;
    e.preventDefault();
    own();
  });

  // collected leads to the data, to what nobody knows yet first.
  function collected() {
    view("packet");
    const lacking = $("#lacking");
    if (lacking) lacking.open = true;
    ($("#lacking [name]") ?? $("[data-data] [name]"))?.focus();
  }

  function composing(e) {
    const list = canned();
    if (!list.hidden) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[e.key], one = $$("[role=option]", list)[state.pick];
      if (step) { e.preventDefault(); return pick(state.pick + step); }
      if ((e.key === "Enter" || e.key === "Tab") && one) { e.preventDefault(); return insert(one); }
      if (e.key === "Escape") { e.preventDefault(); list.hidden = true; return limits(); }
    }
    if (e.key === "Escape") { e.preventDefault(); return toList(); }
    if (e.key !== "Enter" || e.isComposing) return;
    const control = e.ctrlKey || e.metaKey;
    if (control && e.shiftKey) { e.preventDefault(); return send(true); }
    if (control || !e.shiftKey && !byControl()) { e.preventDefault(); send(false); }
  }
  function leaving(e) {
    if (e.key !== "Escape" && !(e.target.name === "q" && e.key === "ArrowDown")) return;
    e.preventDefault();
    if (e.target.name === "q" && e.key === "Escape" && e.target.value) { e.target.value = ""; show(); }
    toList();
  }

  // A dialog gives the focus back to what had it; where that is gone, the list takes it.
  for (const s of document.querySelectorAll("dialog")) s.addEventListener("close", () => { if (document.activeElement === document.body) toList(); });

  let source = null, hints = 0;
  function connect() {
    if (source) source.close();
    if (open && !state.me) return;
    const pulse = $("[data-pulse]");
    source = new EventSource("/inbox/live" + (open ? "?agent=" + encodeURIComponent(state.me) : ""));
    source.onopen = () => { pulse.textContent = "live"; pulse.classList.add("on"); later(0); };
    source.onerror = () => { pulse.textContent = "reconnecting"; pulse.classList.remove("on"); };
    source.addEventListener("changed", (e) => {
      const { item } = JSON.parse(e.data);
      if (item === state.item) later(20); else listLater();
    });
    source.addEventListener("reload", () => later(20));
    source.addEventListener("new", (e) => {
      if (JSON.parse(e.data).item === state.item && document.hasFocus()) return;
      notice.came(); announce("Something has come in.");
    });
    source.addEventListener("alert", (e) => { notice.came(); complain(JSON.parse(e.data).text); });
    source.addEventListener("typing", (e) => {
      const { item, who } = JSON.parse(e.data), line = $("[data-typing]");
      if (item !== state.item || !line) return;
      line.textContent = who + " is typing…";
      clearTimeout(hints);
      hints = setTimeout(() => { line.textContent = ""; }, 5000);
      if ($("[data-scroll]").scrollHeight - $("[data-scroll]").scrollTop - $("[data-scroll]").clientHeight < 80) toEnd();
    });
  }

  // What nobody tells of changes with time too: quiet hours, and whether the customer's page is open.
  setInterval(() => { if (!document.hidden && state.me) later(0); }, 10000);

  parts.clock(root.dataset.now);
  parts.localise(root);
  view(state.item ? "talk" : "list");
  $("[data-do=sound]").setAttribute("aria-pressed", String(notice.loud()));
  if (state.item) { opened(); toEnd(); }
  for (const b of $$("[data-name]")) if (b.tagName === "B" && state.me) b.textContent = state.me;
  if (open && !state.me) ask("name");
  else {
    connect();
    show().then(() => { if (document.activeElement === document.body) toList(); if (state.item) view("talk"); });
  }
})();
