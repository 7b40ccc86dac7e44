package webhook

// Sign signs as a subscriber would to verify.
func Sign(secret, id, stamp string, body []byte) string {
	key, err := keyOf(secret)
	if err != nil {
		panic(err)
	}
	return sign(key, id, stamp, body)
}
