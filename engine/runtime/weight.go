package runtime

// Bytes of memory that things take, about: work with all that is made to do it, a value of any kind, a map with room for some entries,
// and an entry.
const (
	workWeight  = 2 << 10
	valueWeight = 48
	roomWeight  = 256
	entryWeight = 64
)

// weight is about how much memory work takes until it is done, in bytes.
func (w *Work) weight() int64 {
	n := workWeight + w.Size + len(w.Audit)
	if e := w.Event; e != nil {
		n += mapWeight(e.Data)
		if e.Message != nil {
			n += len(e.Message.Text)
		}
		if e.Agent != nil {
			n += len(e.Agent.Text) + mapWeight(e.Agent.Data)
		}
	}
	return int64(n)
}

func weightOf(value any) int {
	n := valueWeight
	switch v := value.(type) {
	case string:
		n += len(v)
	case map[string]any:
		n += mapWeight(v)
	case []any:
		for _, one := range v {
			n += weightOf(one)
		}
	}
	return n
}

func mapWeight(m map[string]any) int {
	if m == nil {
		return 0
	}
	n := roomWeight
	for name, value := range m {
		n += entryWeight + len(name) + weightOf(value)
	}
	return n
}
