package store_test

import (
	"testing"

	"journey/engine/store"
	"journey/engine/store/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return &store.Memory{} })
}
