package desk_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"journey/engine/desk"
)

// 200 conversations wait, 10 agents take them at random times, and the server is started anew twice meanwhile: each is taken once, in order.
func TestCrowd(t *testing.T) {
	const many, agents = 200, 10
	run(t, desk.Options{Queues: []desk.Queue{{Name: "orders", Vanish: -1}}}, func(w *world) {
		for i := range many {
			w.opens(fmt.Sprintf("c%03d", i), want{priority: i%3 + 1})
			time.Sleep(10 * time.Millisecond)
		}
		list, _, err := w.List(desk.Filter{})
		w.fine(err)
		place := map[string]int{}
		for i, it := range list {
			place[it.ID] = i
			if i > 0 && (it.Priority < list[i-1].Priority || it.Priority == list[i-1].Priority && it.Opened.Before(list[i-1].Opened)) {
				t.Fatalf("%s comes after %s", it.Contact, list[i-1].Contact)
			}
		}
		var mu sync.Mutex
		var order []int
		by := map[string]string{}
		for part := range 3 { // between the parts the server is started anew
			if part > 0 {
				w.restart()
				left, _, err := w.List(desk.Filter{States: []desk.State{desk.Waiting}})
				w.fine(err)
				if len(left)+len(by) != many {
					t.Errorf("%d wait and %d are taken, of %d", len(left), len(by), many)
				}
			}
			var wait sync.WaitGroup
			for a := range agents {
				wait.Go(func() {
					for {
						mu.Lock()
						enough := part < 2 && len(by) >= (part+1)*many/3
						mu.Unlock()
						if enough {
							return
						}
						time.Sleep(rand.N(300 * time.Millisecond))
						it, err := w.Next(ctx, as(fmt.Sprint("agent", a)), "")
						if errors.Is(err, desk.ErrGone) {
							return
						}
						mu.Lock()
						if err != nil {
							t.Error(err)
						} else if other, twice := by[it.ID]; twice {
							t.Errorf("%s is taken by %s and agent%d", it.ID, other, a)
						}
						by[it.ID] = fmt.Sprint("agent", a)
						order = append(order, place[it.ID])
						mu.Unlock()
					}
				})
			}
			wait.Wait()
		}
		if len(by) != many {
			t.Errorf("%d of %d are taken", len(by), many)
		}
		for i, p := range order { // two who take at the same moment may swap
			if p > i+agents || p < i-agents {
				t.Errorf("number %d was taken as number %d", p, i)
			}
		}
		for id, agent := range by {
			if it, err := w.Item(id); err != nil || it.By != agent {
				t.Errorf("%s: %s has it, and %s took it: %v", id, it.By, agent, err)
			}
		}
	})
}

// Ten claim the same at once.
func TestRace(t *testing.T) {
	run(t, desk.Options{}, func(w *world) {
		w.opens("ada", want{})
		id := w.item("ada").ID
		won := make(chan string, 10)
		for a := range 10 {
			go func() {
				_, err := w.Claim(ctx, as(fmt.Sprint("agent", a)), id)
				if taken := (*desk.TakenError)(nil); err != nil && !errors.As(err, &taken) {
					t.Error(err)
				}
				if err == nil {
					won <- fmt.Sprint("agent", a)
				} else {
					won <- ""
				}
			}()
		}
		var winner string
		for range 10 {
			if name := <-won; name != "" {
				if winner != "" {
					t.Errorf("%s and %s have it", winner, name)
				}
				winner = name
			}
		}
		if it := w.item("ada"); it.By != winner {
			t.Errorf("%s claimed it, and %s has it", winner, it.By)
		}
	})
}
