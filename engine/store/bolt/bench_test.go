package bolt_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"journey/engine/store"
	"journey/engine/store/bolt"
)

// conversationsVariable lists other numbers of conversations to measure with: 10000,1000000.
const conversationsVariable = "JOURNEY_BENCH_CONVERSATIONS"

const (
	batch       = 256
	stateSize   = 250 // of a contact
	openSize    = 350 // of a conversation
	entrySize   = 180
	messageSize = 300
)

// BenchmarkCommit compares commits with raw group commits of the same bytes, in turn on the same disk. Half of the events let a message
// out, the others are those messages' results. Each changes a contact and its conversation, is logged with what it did, and is
// remembered; those with a message move the contact's timer too. The raw event has five records: one at a random key, and four
// under rising ones.
func BenchmarkCommit(b *testing.B) {
	for _, n := range conversations(b) {
		b.Run(fmt.Sprintf("conversations=%d", n), func(b *testing.B) {
			folder := b.TempDir()
			ours, raw := openOurs(b, folder, n), openRaw(b, folder, n)
			var oursTook, rawTook time.Duration
			events := 0
			for b.Loop() {
				changes := ours.next()
				rawTook, oursTook, events = rawTook+raw.commit(b), oursTook+ours.commit(b, changes), events+batch
			}
			b.ReportMetric(float64(events)/oursTook.Seconds(), "events/s")
			b.ReportMetric(float64(events)/rawTook.Seconds(), "raw-events/s")
			b.ReportMetric(rawTook.Seconds()/oursTook.Seconds(), "of-raw")
		})
	}
}

func conversations(b *testing.B) (list []int) {
	text := os.Getenv(conversationsVariable)
	if text == "" {
		return []int{10_000, 100_000}
	}
	for _, word := range strings.Split(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, n)
	}
	return list
}

// load is a store with so many contacts, each with an open conversation.
type load struct {
	*bolt.Store
	keys   []store.Key
	out    []*store.Change // of the last commit, which let messages out
	random *rand.Rand
	events int
}

var began = time.Date(2026, 3, 6, 9, 0, 0, 0, time.UTC)

func openOurs(b *testing.B, folder string, n int) *load {
	s, err := bolt.OpenStore(filepath.Join(folder, "journey.db"), bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	l := &load{Store: s, random: rand.New(rand.NewPCG(1, 2))}
	for at := 0; at < n; at += 10_000 {
		var changes []*store.Change
		for i := at; i < min(n, at+10_000); i++ {
			l.keys = append(l.keys, s.KeyOf(store.OfContact, strconv.Itoa(i)))
			changes = append(changes, l.change(l.keys[i]))
		}
		if err := s.Commit(context.Background(), changes); err != nil {
			b.Fatal(err)
		}
	}
	return l
}

func (l *load) change(key store.Key) *store.Change {
	l.events++
	return &store.Change{
		Key:     key,
		Contact: text(l.random, stateSize),
		Open:    []store.Record{{ID: key.String() + "-1", Bytes: text(l.random, openSize)}},
		Wake:    began.Add(time.Duration(l.events) * time.Second),
		Events:  []string{strconv.Itoa(l.events)},
		Log:     [][]byte{text(l.random, entrySize), text(l.random, entrySize)},
	}
}

// next is a batch of different contacts.
func (l *load) next() (changes []*store.Change) {
	taken := map[store.Key]bool{}
	for _, before := range l.out {
		c := l.change(before.Key)
		c.Wake, c.Done = before.Wake, []store.Place{before.Out[0].Place}
		changes, taken[c.Key] = append(changes, c), true
	}
	l.out = nil
	for len(l.out) < batch/2 {
		key := l.keys[l.random.IntN(len(l.keys))]
		if taken[key] {
			continue
		}
		c := l.change(key)
		c.Out = []*store.Outgoing{{Place: store.Place{Lane: "sms"}, Bytes: text(l.random, messageSize), Next: began}}
		changes, l.out, taken[key] = append(changes, c), append(l.out, c), true
	}
	return changes
}

func (l *load) commit(b *testing.B, changes []*store.Change) time.Duration {
	start := time.Now()
	if err := l.Commit(context.Background(), changes); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// raw is a bbolt file with as many states.
type raw struct {
	db     *bbolt.DB
	n      int
	random *rand.Rand
	rising uint64
	out    [][]byte
}

func openRaw(b *testing.B, folder string, n int) *raw {
	db, err := bbolt.Open(filepath.Join(folder, "raw.db"), 0o600, &bbolt.Options{NoFreelistSync: true, FreelistType: bbolt.FreelistMapType, InitialMmapSize: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	r := &raw{db: db, n: n, random: rand.New(rand.NewPCG(3, 4))}
	for at := 0; at < n; at += 10_000 {
		r.update(b, func(tx *bbolt.Tx) {
			for i := at; i < min(n, at+10_000); i++ {
				r.event(b, tx, i)
			}
		})
	}
	return r
}

func (r *raw) update(b *testing.B, f func(*bbolt.Tx)) {
	err := r.db.Update(func(tx *bbolt.Tx) error {
		for _, name := range []string{"state", "log", "seen", "outbox"} {
			bucket, err := tx.CreateBucketIfNotExists([]byte(name))
			if err != nil {
				return err
			}
			if name != "state" {
				bucket.FillPercent = 1
			}
		}
		f(tx)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func (r *raw) event(b *testing.B, tx *bbolt.Tx, contact int) {
	put := func(bucket string, key []byte, size int) {
		if err := tx.Bucket([]byte(bucket)).Put(key, text(r.random, size)); err != nil {
			b.Fatal(err)
		}
	}
	key := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(contact)))
	put("state", key[:10], stateSize+openSize)
	for range 2 {
		put("log", r.number(), entrySize)
	}
	put("seen", r.number(), 8)
}

func (r *raw) number() []byte {
	r.rising++
	return binary.BigEndian.AppendUint64(nil, r.rising)
}

func (r *raw) commit(b *testing.B) time.Duration {
	start := time.Now()
	r.update(b, func(tx *bbolt.Tx) {
		outbox := tx.Bucket([]byte("outbox"))
		left := r.out
		r.out = nil
		for i := range batch {
			r.event(b, tx, r.random.IntN(r.n))
			var err error
			if i < len(left) {
				err = outbox.Delete(left[i])
			} else if len(r.out) < batch/2 {
				r.out = append(r.out, r.number())
				err = outbox.Put(r.out[len(r.out)-1], text(r.random, messageSize))
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	return time.Since(start)
}

func text(random *rand.Rand, n int) []byte {
	bytes := make([]byte, n+8)
	for i := 0; i < n; i += 8 {
		binary.LittleEndian.PutUint64(bytes[i:], random.Uint64())
	}
	return bytes[:n]
}
