package understand

// IsThanks tells of a message that only closes or acknowledges, and needs no answer: "thanks", "ok", "thank you very much", "gracias", "👍".
func IsThanks(text string) bool {
	if len(text) > 80 {
		return false
	}
	var buffer [16]token
	ts := tokens(buffer[:0], fold(text))
	thanked := false
	for _, t := range ts {
		switch {
		case isMark(t, "?"):
			return false
		case thankWords[t.text]:
			thanked = true
		case t.kind == digits || t.kind == letters && !thankPadding[t.text]:
			return false
		}
	}
	return thanked
}

var (
	thankWords = set(`thanks thank thankyou thx thnx tnx ty tysm cheers ok okay okey k kk great perfect cool nice awesome lovely wonderful brilliant excellent super good fine alright understood noted
		bye goodbye gracias vale genial perfecto listo entendido estupendo adios 👍 🙏 👌 😊 🙂 ❤ 🎉 😀 😄`)
	thankPadding = set("you u very much so a lot many again then all got it that thats is its for the your help have day one too by sounds everything really to im muy muchas muchisimas por todo la su tu ayuda de acuerdo mil bien esta un saludo dia buen right no problem worries welcome i see")
)
