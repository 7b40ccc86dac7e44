// The chat for web pages: <script src="https://journeys.shop.example/chat/widget.js" defer></script>
// Attributes: data-title, data-greeting, data-accent ("#0a7"), data-position (right, left), data-scheme (light, dark),
// data-lang (en, es), data-connect ("load": at once, not when it is first opened), data-open (opens it).
// For the page: journeyChat.open(), .close(), .identify(token of a signed-in customer, or "" when they sign out), and the event "journeychat:message" on window.
// What customers and journeys write is only ever set as text.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || window.journeyChat) return;

  const theme = Object.assign(/*theme*/{}, script.dataset);
  const api = script.src.replace(/\/chat\/widget\.js.*$/, "") + "/v1/chat/";
  const language = theme.lang || document.documentElement.lang || navigator.language || "en";
  const phone = matchMedia("(max-width: 480px)");

  const words = {
    en: {
      title: "Chat with us", open: "Open chat", close: "Close chat", unread: "unread", label: "Your message", send: "Send",
      placeholder: "Write a message…", log: "Messages", choices: "Answers", typing: "is typing…", them: "We", you: "You", agent: "Agent",
      sms: "by text", email: "by email", hidden: "Not shown here, to keep it safe", failed: "Not sent.", again: "Try again",
      sending: "Sending…", offline: "You are offline. Messages go out when you are back.", lost: "Reconnecting…",
      earlier: "Earlier messages", image: "Image", waiting: "on its way", delivered: "delivered", undelivered: "not delivered",
    },
    es: {
      title: "Chatee con nosotros", open: "Abrir el chat", close: "Cerrar el chat", unread: "sin leer", label: "Su mensaje", send: "Enviar",
      placeholder: "Escriba un mensaje…", log: "Mensajes", choices: "Respuestas", typing: "está escribiendo…", them: "Nosotros", you: "Usted", agent: "Agente",
      sms: "por SMS", email: "por correo", hidden: "No se muestra aquí, por seguridad", failed: "No enviado.", again: "Reintentar",
      sending: "Enviando…", offline: "Está sin conexión. Los mensajes saldrán cuando vuelva.", lost: "Reconectando…",
      earlier: "Mensajes anteriores", image: "Imagen", waiting: "en camino", delivered: "entregado", undelivered: "no entregado",
    },
  }[/^es\b/i.test(language) ? "es" : "en"];

  // What is kept: the token and what was read, for all tabs; what is not sent yet, for this one.
  const memory = {};
  const keep = (areas, name, value) => {
    name = "journey-chat-" + name;
    for (const area of areas) {
      try {
        const store = window[area];
        if (value === undefined) {
          const found = store.getItem(name);
          if (found !== null) return found;
        } else if (value === null) store.removeItem(name);
        else return store.setItem(name, value);
      } catch {
        // Storage may be forbidden, or full.
      }
    }
    if (value === undefined) return memory[name] ?? null;
    memory[name] = value;
  };
  const shared = (name, value) => keep(["localStorage", "sessionStorage"], name, value);
  const own = (name, value) => keep(["sessionStorage"], name, value);
  const tabs = new BroadcastChannel("journey-chat");

  // Elements.
  const on = (target, name, f) => target.addEventListener(name, f);
  const element = (tag, attributes, ...children) => {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) on(e, name.slice(2), value);
      else if (value === true) e.setAttribute(name, "");
      else if (value !== false && value != null) e.setAttribute(name, value);
    }
    e.append(...children);
    return e;
  };
  const button = (attributes, press, ...children) => element("button", { type: "button", onclick: press, ...attributes }, ...children);
  const icon = (d) => {
    const s = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    s.setAttribute("viewBox", "0 0 24 24");
    s.setAttribute("aria-hidden", "true");
    const p = document.createElementNS(s.namespaceURI, "path");
    p.setAttribute("d", d);
    s.append(p);
    return s;
  };

  const title = theme.title || words.title;
  const badge = element("span", { class: "badge", hidden: true, "aria-hidden": "true" });
  const launcher = button({ class: "launcher", "aria-expanded": "false", "aria-label": words.open }, () => toggle(),
    icon("M4 4h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-7l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z"), badge);
  const log = element("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": words.log, tabindex: "0" });
  const earlier = button({ class: "earlier", hidden: true }, () => older(), words.earlier);
  const list = element("div", { class: "list" });
  const choices = element("div", { class: "choices", role: "group", "aria-label": words.choices, hidden: true });
  const typing = element("div", { class: "typing", hidden: true }, element("i"), element("i"), element("i"), element("span", { class: "unseen" }));
  log.append(earlier, list, typing);
  const notice = element("p", { class: "notice", role: "status", hidden: true });
  const input = element("textarea", { id: "text", rows: "1", maxlength: "4000", placeholder: words.placeholder, enterkeyhint: "send" });
  const submit = element("button", { class: "send", type: "submit", "aria-label": words.send }, icon("M3 20l18-8L3 4v6l11 2-11 2z"));
  const form = element("form", {}, element("label", { class: "unseen", for: "text" }, words.label), input, submit);
  const panel = element("section", { class: "panel", role: "dialog", "aria-label": title, hidden: true },
    element("header", {}, element("h2", {}, title),
      button({ class: "close", "aria-label": words.close }, () => close(), icon("M6.4 5L5 6.4 10.6 12 5 17.6 6.4 19 12 13.4 17.6 19 19 17.6 13.4 12 19 6.4 17.6 5 12 10.6z"))),
    notice, log, choices, form);
  const host = element("div", { "data-scheme": theme.scheme, lang: /^es\b/i.test(language) ? "es" : "en" });
  const root = host.attachShadow({ mode: "open" });
  root.append(panel, launcher);

  // Colors: the ink on the accent is the one that reads better.
  const accent = /^#([0-9a-f]{3}){1,2}$/i.test(theme.accent || "") ? theme.accent : "#1d4ed8";
  const hex = accent.length === 4 ? accent.replace(/[^#]/g, "$&$&") : accent;
  const light = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ink = (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? "#000" : "#fff";
  const dark = "--back:#15181c;--raised:#262b32;--text:#eef0f2;--muted:#a9b1ba;--line:#3a4149;--bad:#ff9d94";
  const side = theme.position === "left" ? "left" : "right";
  const styles = `
:host{all:initial;--accent:${hex};--ink:${ink};--back:#fff;--raised:#eef0f3;--text:#191c20;--muted:#59616b;--line:#d5dae0;--bad:#b3261e;color-scheme:light}
@media (prefers-color-scheme:dark){:host(:not([data-scheme=light])){${dark};color-scheme:dark}}
:host([data-scheme=dark]){${dark};color-scheme:dark}
*{box-sizing:border-box;margin:0;font:inherit;letter-spacing:normal}
[hidden]{display:none!important}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
button{cursor:pointer;color:inherit;background:none;border:0}
svg{width:24px;height:24px;fill:currentColor;display:block}
:focus-visible{outline:3px solid var(--text);outline-offset:2px;box-shadow:0 0 0 2px var(--back)}
.launcher,.panel{position:fixed;z-index:2147483000;${side}:20px;font:16px/1.45 system-ui,sans-serif;color:var(--text)}
.launcher,.close,.send{border-radius:50%;display:grid;place-items:center;flex:none;width:44px;height:44px}
.launcher,.send,header,.customer .bubble{background:var(--accent);color:var(--ink)}
.launcher{bottom:20px;width:58px;height:58px;box-shadow:0 4px 16px rgba(0,0,0,.3)}
.badge{position:absolute;top:-4px;${side}:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:#c5221f;color:#fff;font-size:13px;font-weight:700;line-height:22px;text-align:center}
.panel{bottom:90px;width:376px;max-width:calc(100vw - 40px);height:min(620px,calc(100vh - 110px));display:flex;flex-direction:column;background:var(--back);border:1px solid var(--line);border-radius:16px;overflow:hidden;box-shadow:0 12px 40px rgba(0,0,0,.28)}
header{display:flex;align-items:center;gap:8px;padding:10px 8px 10px 18px}
h2{flex:1;font-size:17px;font-weight:650;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
header :focus-visible{outline-color:var(--ink);outline-offset:-4px;box-shadow:none}
.notice{padding:8px 18px;font-size:14px;background:var(--raised)}
.log{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:16px 16px 8px}
.log:focus-visible{outline-offset:-3px;box-shadow:none}
.list{display:flex;flex-direction:column;gap:10px}
.earlier{display:block;margin:0 auto 14px;padding:6px 14px;min-height:36px;font-size:14px;border:1px solid var(--line);border-radius:18px}
.message{max-width:84%;align-self:flex-start;display:flex;flex-direction:column}
.message.customer{align-self:flex-end;align-items:flex-end}
.bubble,.typing{background:var(--raised);border-radius:16px 16px 16px 5px}
.bubble{padding:9px 14px;white-space:pre-wrap;overflow-wrap:anywhere}
.customer .bubble{border-radius:16px 16px 5px 16px}
.veiled .bubble{background:none;color:var(--muted);border:1px dashed var(--muted);font-style:italic}
.pending .bubble{opacity:.72}
.failed .bubble{opacity:1;background:none;color:var(--text);border:1px solid var(--bad)}
.bubble a,.files a{color:inherit;text-decoration:underline}
.files{display:flex;flex-direction:column;gap:6px;margin-top:6px;overflow-wrap:anywhere}
.files img{display:block;max-width:100%;max-height:240px;border-radius:12px}
.meta{margin:3px 4px 0;font-size:12px;color:var(--muted)}
.failed .meta,.lost .meta{color:var(--bad)}
.retry{padding:2px 4px;min-height:24px;font-weight:650;text-decoration:underline}
.disclosure{align-self:center;max-width:94%;padding:2px 8px;font-size:13px;color:var(--muted);text-align:center;white-space:pre-wrap;overflow-wrap:anywhere}
.choices{display:flex;flex-wrap:wrap;gap:8px;padding:6px 16px 10px;justify-content:flex-end;max-height:40%;overflow-y:auto}
.choices button{padding:8px 16px;min-height:44px;border:1.5px solid var(--text);border-radius:22px;background:var(--back);font-weight:550;text-align:left;overflow-wrap:anywhere}
.typing{display:inline-flex;gap:5px;margin-top:10px;padding:13px 14px}
.typing i{width:7px;height:7px;border-radius:50%;background:var(--muted);animation:dot 1.2s infinite}
.typing i:nth-child(2){animation-delay:.2s}
.typing i:nth-child(3){animation-delay:.4s}
@keyframes dot{0%,60%,100%{opacity:.3}30%{opacity:1}}
form{display:flex;align-items:flex-end;gap:8px;padding:10px 12px;border-top:1px solid var(--line)}
textarea{flex:1;resize:none;min-height:44px;max-height:132px;padding:10px 14px;border:1px solid var(--muted);border-radius:22px;background:var(--back);color:var(--text);line-height:22px}
textarea::placeholder{color:var(--muted);opacity:1}
textarea:focus-visible{outline:2px solid var(--text);outline-offset:0;box-shadow:none}
@media (max-width:480px){.panel{inset:0;width:auto;max-width:none;height:100vh;height:100dvh;border:0;border-radius:0}.panel:not([hidden])~.launcher{display:none}form{padding-bottom:max(10px,env(safe-area-inset-bottom))}}
@media (prefers-reduced-motion:reduce){*{animation:none!important}}
@media (forced-colors:active){button,.bubble,textarea{border:1px solid}}
`;
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const old = element("style");
    old.textContent = styles;
    root.prepend(old);
  }

  // State.
  // messages: id → {m, node}; unsent: {id, text, failed, node, …}, in order
  const messages = new Map();
  let unsent = [];
  let visitor = null, token = null, identity = null;
  let last = "", before = "", line = null, connected = false, tries = 0, retry = null, retryTimer = 0, watch = 0, typingTimer = 0, noticeTimer = 0;
  let titled = false, starting = null, atEnd = true;

  const places = (id) => id.split(".").map(Number);
  const later = (a, b) => {
    const [x, y] = [places(a), places(b)];
    return x[0] - y[0] || (x[1] ?? 1e9) - (y[1] ?? 1e9);
  };
  const isOpen = () => !panel.hidden;
  const isSeen = () => isOpen() && !document.hidden;

  const quietly = { credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" };
  const retryAfter = (r) => Number(r.headers.get("Retry-After")) || 0;

  // Requests. An error has a status, 0 where nobody answered, and the seconds to wait.
  const request = async (path, body, retried) => {
    let r;
    try {
      const headers = token && path !== "sessions" ? { Authorization: "Bearer " + token } : {};
      if (body) headers["Content-Type"] = "application/json";
      r = await fetch(api + path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(20000), ...quietly });
    } catch {
      throw { status: 0, after: 0 };
    }
    if (r.status === 401 && path !== "sessions" && !retried) {
      await session();
      return request(path, body, true);
    }
    if (!r.ok) throw { status: r.status, after: retryAfter(r) };
    return r.status === 204 ? null : r.json();
  };

  const session = () => {
    const ask = async () => {
      const s = await request("sessions", { token: shared("token") || "", identity: identity || "" });
      shared("token", s.token);
      adopt(s);
      tabs.postMessage({ session: s });
    };
    return navigator.locks ? navigator.locks.request("journey-chat", ask) : ask();
  };
  const adopt = (s) => {
    token = s.token;
    if (visitor === s.visitor) return;
    const changed = visitor !== null;
    visitor = s.visitor;
    if (changed) clear();
    if (own("for") !== visitor) own("unsent", null);
    own("for", visitor);
  };
  const forget = () => {
    for (const { node } of messages.values()) node.remove();
    messages.clear();
  };
  const clear = () => {
    forget();
    unsent.forEach((u) => u.node.remove());
    unsent = [];
    last = before = "";
    showChoices();
  };

  // The history first, then the stream from its end.
  const start = () => {
    starting ||= (async () => {
      await session();
      await history();
      const known = new Set([...unsent.map((u) => u.id), ...sorted().map((m) => m.client)]);
      for (const u of JSON.parse(own("unsent") || "[]")) if (!known.has(u.id)) queue(u.text, u.id);
      saveUnsent();
      connect();
      flush();
    })().catch(() => {
      starting = null;
      again(start);
    });
    return starting;
  };
  const history = async () => {
    log.setAttribute("aria-live", "off");
    const h = await request("history");
    forget();
    h.messages.forEach((m) => add(m, true));
    last = h.last;
    before = h.before || "";
    settled();
    setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
  };
  const older = async () => {
    const from = log.scrollHeight - log.scrollTop;
    earlier.disabled = true;
    try {
      const h = await request("history?before=" + encodeURIComponent(before));
      h.messages.forEach((m) => add(m, true));
      before = h.before || "";
      earlier.hidden = !before;
      log.scrollTop = log.scrollHeight - from;
      if (earlier.hidden) log.focus();
    } catch {
      // It can be asked again.
    }
    earlier.disabled = false;
  };
  const settled = () => {
    earlier.hidden = !before;
    if (!messages.size && !unsent.length && theme.greeting && !list.querySelector(".greeting")) {
      list.prepend(element("div", { class: "message greeting" }, element("div", { class: "bubble" }, theme.greeting)));
    }
    showChoices();
    countUnread();
    toEnd(true);
  };

  // The stream, over fetch: a token in a header is in no log.
  const connect = async () => {
    clearTimeout(retryTimer);
    line?.abort();
    const mine = (line = new AbortController());
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => mine.abort(), 45000);
    };
    let status = 0, wait = 0;
    try {
      alive();
      const r = await fetch(api + "stream?locale=" + encodeURIComponent(language), {
        headers: { Authorization: "Bearer " + token, Accept: "text/event-stream", "Last-Event-ID": last || "0" },
        signal: mine.signal, ...quietly,
      });
      status = r.status;
      wait = retryAfter(r);
      if (r.ok) {
        up(true);
        const reader = r.body.pipeThrough(new TextDecoderStream()).getReader();
        let rest = "";
        for (;;) {
          const { value, done } = await reader.read();
          if (done || mine !== line) break;
          alive();
          const blocks = (rest + value).split("\n\n");
          rest = blocks.pop();
          for (const block of blocks) await receive(block);
        }
      }
    } catch {
      // The line dropped: it is made again below.
    }
    clearTimeout(watch);
    if (mine !== line) return;
    up(false);
    if (status === 401) again(() => session().then(connect, () => again(connect)));
    else again(connect, wait);
  };
  const again = (what, wait) => {
    const pause = Math.max(wait || 0, Math.min(30, 2 ** tries++ * (0.5 + Math.random() / 2)));
    clearTimeout(retryTimer);
    retryTimer = setTimeout(what, pause * 1000);
    retry = what;
  };
  const hurry = () => {
    if (connected || !retry || !navigator.onLine) return;
    tries = 0;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(retry, 50);
  };
  const up = (is) => {
    connected = is;
    if (is) {
      tries = 0;
      retry = null;
      retryFailed();
    }
    if (is) notify("");
    else if (!navigator.onLine) notify(words.offline);
    else noticeTimer = setTimeout(() => notify(navigator.onLine ? words.lost : words.offline), 1500);
  };
  const notify = (text) => {
    clearTimeout(noticeTimer);
    notice.textContent = text;
    notice.hidden = !text;
  };
  const receive = async (block) => {
    let event = "message", id = "", data = "";
    for (const l of block.split("\n")) {
      if (l.startsWith("event: ")) event = l.slice(7);
      else if (l.startsWith("id: ")) id = l.slice(4);
      else if (l.startsWith("data: ")) data += l.slice(6);
    }
    if (event === "typing") showTyping();
    else if (event === "delivery" && data) became(JSON.parse(data));
    else if (event === "reload") await history();
    else if (event === "message" && data) {
      const m = JSON.parse(data);
      const fresh = !messages.has(m.id);
      add(m);
      if (fresh) {
        if (m.who !== "customer") showTyping(false);
        showChoices();
        countUnread();
        toEnd();
        window.dispatchEvent(new CustomEvent("journeychat:message", { detail: m }));
      }
    }
    if (id && (!last || later(id, last) > 0)) last = id;
  };

  // Messages.
  const add = (m, quiet) => {
    if (messages.has(m.id)) return;
    list.querySelector(".greeting")?.remove();
    atEnd = nearEnd();
    const i = unsent.findIndex((u) => m.client && u.id === m.client);
    if (i >= 0) {
      unsent[i].node.remove();
      unsent.splice(i, 1);
      saveUnsent();
    }
    const node = bubble(m);
    const next = sorted().find((x) => later(x.id, m.id) > 0);
    list.insertBefore(node, messages.get(next?.id)?.node || unsent[0]?.node || null);
    messages.set(m.id, { m, node });
    if (quiet) atEnd = true;
  };
  const bubble = (m) => {
    const speaker = { customer: words.you, agent: words.agent }[m.who] || words.them;
    const text = element("div", { class: "bubble" }, element("span", { class: "unseen" }, speaker + ": "));
    if (m.hidden) text.append(words.hidden);
    else linked(text, m.text);
    const box = element("div", { class: `message ${m.who}${m.hidden ? " veiled" : ""}`, "data-id": m.id });
    if (m.text || m.hidden) box.append(text);
    const files = (m.media || []).map(file).filter(Boolean);
    if (files.length) box.append(element("div", { class: "files" }, ...files));
    box.append(element("div", { class: "meta" }));
    showFacts(box, m);
    if (!m.disclosure) return box;
    const group = element("div", { class: "list" }, element("p", { class: "disclosure" }), box);
    linked(group.firstChild, m.disclosure);
    return group;
  };
  // When a message came, by whom, on which way, and what became of it there.
  const showFacts = (box, m) => {
    const at = new Date(m.time);
    const day = at.toDateString() !== new Date().toDateString() && { day: "numeric", month: "short" };
    const facts = [at.toLocaleString(language, { hour: "numeric", minute: "2-digit", ...day })];
    if (m.who === "agent") facts.unshift(words.agent);
    if (m.via !== "chat") facts.push(words[m.via] || m.via);
    const far = { waiting: words.waiting, delivered: words.delivered, failed: words.undelivered }[m.delivery];
    if (far) facts.push(far);
    box.querySelector(".meta").textContent = facts.join(" · ");
    box.classList.toggle("lost", m.delivery === "failed");
  };
  const became = ({ ref, delivery }) => {
    for (const { m, node } of messages.values()) {
      if (m.ref !== ref || m.delivery === "delivered") continue;
      m.delivery = delivery;
      showFacts(node.matches(".message") ? node : node.querySelector(".message"), m);
    }
  };
  const web = (text, protocols) => {
    try {
      const u = new URL(text);
      return protocols.includes(u.protocol) ? u.href : null;
    } catch {
      return null;
    }
  };
  const anchor = (href, text) => element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text);
  const linked = (into, text) => {
    let from = 0;
    for (const found of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
      const shown = found[0].replace(/[.,;:!?'’”)\]}]+$/, "");
      const href = web(shown, ["https:", "http:"]);
      if (!href) continue;
      into.append(text.slice(from, found.index), anchor(href, shown));
      from = found.index + shown.length;
    }
    into.append(text.slice(from));
  };
  const file = (address) => {
    const href = web(address, ["https:"]);
    if (!href) return null;
    const { host: site, pathname } = new URL(href);
    const name = pathname.split("/").pop() || site;
    const link = anchor(href, name);
    if (/\.(png|jpe?g|gif|webp|avif)$/i.test(pathname)) {
      link.replaceChildren(element("img", { src: href, alt: words.image + ": " + name, loading: "lazy", referrerpolicy: "no-referrer", onerror: () => link.replaceChildren(name), onload: () => toEnd() }));
    }
    return link;
  };
  const sorted = () => [...messages.values()].map((x) => x.m).sort((a, b) => later(a.id, b.id));

  // Quick replies are those of the last message that has some, until something is answered.
  const showChoices = () => {
    const held = choices.contains(root.activeElement);
    let labels = [];
    if (!unsent.length) {
      for (const m of sorted()) {
        if (m.who === "customer") labels = [];
        else if (m.choices) labels = m.choices;
      }
    }
    choices.replaceChildren(...labels.map((l) => button({}, () => say(l), l)));
    choices.hidden = !labels.length;
    if (held && !labels.length) input.focus();
  };
  const showTyping = (on = true) => {
    clearTimeout(typingTimer);
    atEnd = nearEnd();
    typing.hidden = !on;
    typing.lastChild.textContent = on ? words.them + " " + words.typing : "";
    if (!on) return;
    typingTimer = setTimeout(() => showTyping(false), 8000);
    toEnd();
  };
  const nearEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  const toEnd = (always) => {
    if (always || atEnd) log.scrollTop = log.scrollHeight;
  };

  // Sending: shown at once, sent one after the other, tried again under the same id.
  const saveUnsent = () => own("unsent", unsent.length ? JSON.stringify(unsent.map(({ id, text }) => ({ id, text }))) : null);
  const say = (text) => {
    text = text.trim();
    if (!text) return;
    const random = crypto.getRandomValues(new Uint8Array(12));
    queue(text, Array.from(random, (b) => b.toString(16).padStart(2, "0")).join(""));
    start();
  };
  const queue = (text, id) => {
    const meta = element("div", { class: "meta" }, words.sending);
    const node = element("div", { class: "message customer pending" }, element("div", { class: "bubble" }, text), meta);
    list.querySelector(".greeting")?.remove();
    list.append(node);
    unsent.push({ id, text, node, meta });
    saveUnsent();
    showChoices();
    toEnd(true);
    flush();
  };
  let flushing = false;
  const flush = async () => {
    if (flushing) return;
    flushing = true;
    await start();
    for (let u; visitor && (u = unsent.find((x) => !x.failed && !x.taken));) await post(u);
    flushing = false;
  };
  const post = async (u) => {
    for (let n = 0; ; n++) {
      try {
        await request("messages", { id: u.id, text: u.text, locale: language });
        u.taken = true;
        u.node.classList.remove("pending");
        u.meta.textContent = "";
        return;
      } catch (e) {
        const passing = e.status === 0 || e.status === 429 || e.status >= 500;
        if (!passing || n >= 4 || (e.status === 0 && !navigator.onLine)) return fail(u, passing);
        await new Promise((done) => setTimeout(done, 1000 * Math.max(e.after, 2 ** n / 2)));
      }
    }
  };
  const fail = (u, passing) => {
    u.failed = true;
    u.passing = passing;
    u.node.classList.add("failed");
    u.meta.replaceChildren(words.failed + " ", button({ class: "retry" }, () => {
      resend(u);
      input.focus();
    }, words.again));
    toEnd(true);
  };
  const resend = (u) => {
    u.failed = false;
    u.node.classList.remove("failed");
    u.meta.textContent = words.sending;
    flush();
  };
  const retryFailed = () => unsent.filter((u) => u.failed && u.passing).forEach(resend);

  // What is unread: everything after the place that was read, in any tab.
  const countUnread = () => {
    const newest = sorted().pop();
    if (isSeen() && newest && newest.id !== shared("read")) {
      shared("read", newest.id);
      tabs.postMessage({ read: newest.id });
    }
    const read = shared("read");
    const count = sorted().filter((m) => m.who !== "customer" && m.via === "chat" && (!read || later(m.id, read) > 0)).length;
    badge.hidden = !count;
    badge.textContent = count > 99 ? "99+" : count;
    launcher.setAttribute("aria-label", (isOpen() ? words.close : words.open) + (count ? ` (${count} ${words.unread})` : ""));
    if (count || titled) document.title = (count ? `(${count}) ` : "") + document.title.replace(/^\(\d+\) /, "");
    titled = count > 0;
  };

  const open = () => {
    if (isOpen()) return;
    panel.hidden = false;
    panel.setAttribute("aria-modal", String(phone.matches));
    launcher.setAttribute("aria-expanded", "true");
    own("open", "1");
    start();
    settled();
    input.focus();
  };
  const close = () => {
    if (!isOpen()) return;
    panel.hidden = true;
    launcher.setAttribute("aria-expanded", "false");
    own("open", "0");
    countUnread();
    launcher.focus();
  };
  const toggle = () => (isOpen() ? close() : open());

  on(form, "submit", (e) => {
    e.preventDefault();
    say(input.value);
    input.value = "";
    grow();
    input.focus();
  });
  on(input, "keydown", (e) => {
    if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
    e.preventDefault();
    form.requestSubmit();
  });
  const grow = () => {
    input.style.setProperty("height", "auto");
    input.style.setProperty("height", input.scrollHeight + 2 + "px");
  };
  let typed = 0;
  on(input, "input", () => {
    grow();
    if (!connected || Date.now() - typed < 3000 || !input.value) return;
    typed = Date.now();
    request("typing", {}).catch(() => {});
  });
  on(panel, "keydown", (e) => {
    // The page's own shortcuts are not for what is typed here.
    e.stopPropagation();
    if (e.key === "Escape") close();
    if (e.key !== "Tab" || !phone.matches) return;
    const stops = [...panel.querySelectorAll("button,a,textarea,[tabindex]")].filter((x) => x.offsetParent && !x.disabled);
    const edge = e.shiftKey ? stops[0] : stops[stops.length - 1];
    if (root.activeElement === edge) {
      e.preventDefault();
      (e.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
    }
  });
  on(window, "online", () => {
    up(connected);
    hurry();
  });
  on(window, "offline", () => notify(words.offline));
  on(document, "visibilitychange", () => {
    hurry();
    countUnread();
  });
  on(window, "pageshow", (e) => e.persisted && starting && connect());
  tabs.onmessage = ({ data }) => {
    if (data.session && data.session.visitor !== visitor && starting) {
      adopt(data.session);
      history().then(connect, () => again(connect));
    } else if (data.read) countUnread();
  };

  window.journeyChat = {
    open, close,
    identify: (t) => {
      identity = t;
      if (!t) shared("token", null);
      if (starting) session().then(history).then(connect, () => again(connect));
    },
  };

  const mount = () => {
    document.body.append(host);
    if (own("open") === "1" || ("open" in theme && !own("open"))) open();
    else if (shared("token") || theme.connect === "load") start();
  };
  if (document.body) mount();
  else on(document, "DOMContentLoaded", mount);
})();
