package desk

import "fmt"

// shortest is how long a sensitive value has to be for it to be looked for elsewhere: shorter ones stand everywhere by chance.
const shortest = 3

// texts are the values that a plain value is made of, as they may stand in a text.
func texts(v any) (list []string) {
	switch v := v.(type) {
	case map[string]any:
		for _, e := range v {
			list = append(list, texts(e)...)
		}
	case []any:
		for _, e := range v {
			list = append(list, texts(e)...)
		}
	case bool, nil:
	default:
		if text := fmt.Sprint(v); len(text) >= shortest {
			list = append(list, text)
		}
	}
	return list
}
