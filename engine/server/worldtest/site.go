package worldtest

import (
	"fmt"
	"testing"

	"journey/engine/browsertest"
)

// prelude begins every script: site is the sample site's document, chat finds an element in its widget.
const prelude = `const $ = s => document.querySelector(s), site = () => $("[data-site] iframe")?.contentDocument,
	root = () => [...(site()?.body?.children ?? [])].map(e => e.shadowRoot).find(Boolean), chat = s => root()?.querySelector(s),
	said = () => [...(root()?.querySelectorAll(".message .bubble") ?? [])].map(e => e.textContent).join("\n"),
	text = s => $(s)?.textContent ?? "";`

// Tab is a page in a browser, which may show the sample site and the sandbox phone.
type Tab struct{ *browsertest.Tab }

// OpenTab starts a browser.
func OpenTab(t testing.TB) *Tab {
	t.Helper()
	return &Tab{browsertest.Open(t, prelude)}
}

// Says writes in the chat of the sample site.
func (b *Tab) Says(words string) {
	b.T.Helper()
	b.Until("the chat takes words", `chat("textarea")`)
	b.Eval(fmt.Sprintf(`const t = chat("textarea"); t.value = %q; t.dispatchEvent(new Event("input", {bubbles: true})); chat("form").requestSubmit()`, words))
}

// Texts writes on the sandbox phone.
func (b *Tab) Texts(words string) {
	b.T.Helper()
	b.Eval(fmt.Sprintf(`const f = $(".handset form"); f.elements.text.value = %q; f.requestSubmit()`, words))
}
