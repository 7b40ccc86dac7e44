package smtp

import (
	"regexp"
	"strings"
)

// attribution is the line above what is quoted, as the common mail programs write it; it may be wrapped into two.
var attribution = regexp.MustCompile(`(?i)^(on .*wrote|el .*escribió|am .*schrieb.*|le .*a écrit|op .*schreef.*|em .*escreveu|il .*ha scritto)\s*:$`)

// begins tells that a line begins an attribution that goes on in the next one.
var begins = regexp.MustCompile(`(?i)^(on|el|am|le|op|em|il) .*[0-9]`)

// divider is a line below which all is an earlier mail, or the signature (RFC 3676, section 4.3).
var divider = regexp.MustCompile(`^(-- |-{2,} ?(Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine|Mensaje original) ?-{2,}|_{20,})$`)

// withoutQuoted is what is new in an answer: without quoted lines, and without what comes below a divider. Answers between quoted lines stay.
func withoutQuoted(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	var kept []string
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		if strings.HasPrefix(line, ">") {
			continue
		}
		if divider.MatchString(strings.TrimRight(lines[i], "\r\t")) || divider.MatchString(line) {
			break
		}
		if n := attributed(lines[i:]); n > 0 {
			if !quotes(lines[i+n:]) {
				break
			}
			i += n - 1
			continue
		}
		kept = append(kept, strings.TrimRight(lines[i], " \t\r"))
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}

// attributed is how many lines the attribution takes that the lines begin with; 0: they begin with none.
func attributed(lines []string) int {
	first := strings.TrimSpace(lines[0])
	if attribution.MatchString(first) {
		return 1
	}
	if len(lines) > 1 && begins.MatchString(first) && attribution.MatchString(first+" "+strings.TrimSpace(lines[1])) {
		return 2
	}
	return 0
}

// quotes tells whether what comes next is quoted line by line; else all that follows is.
func quotes(lines []string) bool {
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			return strings.HasPrefix(line, ">")
		}
	}
	return false
}
