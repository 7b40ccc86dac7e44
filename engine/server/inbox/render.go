package inbox

import (
	"bytes"
	"fmt"
	"html/template"

	"journey/engine/server/pages"
)

func render(name string, v any) (template.HTML, error) {
	var out bytes.Buffer
	if err := templates.ExecuteTemplate(&out, name, v); err != nil {
		return "", fmt.Errorf("make %s: %w", name, err)
	}
	return template.HTML(out.String()), nil
}

// pageOf is a page with the scripts and the style of the inbox.
func pageOf(title string, body template.HTML) pages.Frame {
	f := pages.Frame{Title: title, Here: "/inbox", Body: body, Style: assets.Path("inbox.css")}
	for _, name := range []string{"segments.js", "notice.js", "parts.js", "inbox.js", "supervisor.js"} {
		f.Scripts = append(f.Scripts, assets.Path(name))
	}
	return f
}
