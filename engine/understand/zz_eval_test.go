package understand

import (
	"fmt"
	"math"
	"math/rand"
	"os"
	"sort"
	"strings"
	"testing"
)

func load(f string) map[string][]string {
	b, _ := os.ReadFile("/work/shared/data/" + f)
	m := map[string][]string{}
	for _, l := range strings.Split(string(b), "\n") {
		a, t, ok := strings.Cut(l, "\t")
		if ok {
			m[a] = append(m[a], t)
		}
	}
	return m
}

type row struct {
	x              [4]float64
	y              float64
	p              float64
	oos            bool
	top            bool
	txt, want, got string
}

func TestEval(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	var rows []row
	ctr, cval := load("clinc150/train_small.tsv"), load("clinc150/val.tsv")
	oos := append(load("clinc150/oos_train.tsv")["oos"], load("clinc150/oos_val.tsv")["oos"]...)
	btr := load("banking77/train.tsv")
	run := func(tr, va map[string][]string, n int) {
		var names []string
		for k := range tr {
			names = append(names, k)
		}
		sort.Strings(names)
		for b := 0; b < n; b++ {
			k := 4 + r.Intn(7)
			e := 4 + r.Intn(7)
			perm := r.Perm(len(names))
			var ins []Intent
			var tests [][2]string
			for _, i := range perm[:k] {
				p := r.Perm(len(tr[names[i]]))
				in := Intent{Name: names[i]}
				for _, j := range p[:e] {
					in.Examples = append(in.Examples, tr[names[i]][j])
				}
				ins = append(ins, in)
				vs := va[names[i]]
				for q := 0; q < 6; q++ {
					v := vs[r.Intn(len(vs))]
					tests = append(tests, [2]string{names[i], v})
				}
			}
			for q := 0; q < k; q++ {
				tests = append(tests, [2]string{"", oos[r.Intn(len(oos))]})
				o := names[perm[k+r.Intn(len(perm)-k)]]
				tests = append(tests, [2]string{"", va[o][r.Intn(len(va[o]))]})
			}
			m := Train(ins)
			m.Understand("x")
			for _, tc := range tests {
				all := m.weigh(tc[1])
				bi := -1
				for i := range all {
					if bi < 0 || all[i].score() > all[bi].score() {
						bi = i
					}
				}
				if bi < 0 {
					continue
				}
				second := 0.0
				for i := range all {
					if i != bi {
						second = math.Max(second, all[i].score())
					}
				}
				ev := all[bi]
				y := 0.0
				if m.intents[bi].Name == tc[0] {
					y = 1
				}
				rows = append(rows, row{x: [4]float64{ev.nearest, ev.centroid, ev.covered, ev.score() - second}, y: y, p: confidence(ev, second), oos: tc[0] == "", txt: tc[1], want: tc[0], got: m.intents[bi].Name})
			}
		}
	}
	run(ctr, cval, 150)
	nc := len(rows)
	run(btr, btr, 100)
	report := func(name string, rows []row) {
		in, right, acc, accRight, low, o, oAcc, oMid := 0, 0, 0, 0, 0, 0, 0, 0
		for _, w := range rows {
			if w.oos {
				o++
				if w.p >= .7 {
					oAcc++
				} else if w.p >= .4 {
					oMid++
				}
				continue
			}
			in++
			right += int(w.y)
			if w.p >= .7 {
				acc++
				accRight += int(w.y)
			} else if w.p < .4 {
				low++
			}
		}
		fmt.Printf("%s in-scope n=%d acc=%.3f accepted=%.3f (prec %.3f) below0.4=%.3f | oos accepted=%.3f mid=%.3f\n", name, in, float64(right)/float64(in), float64(acc)/float64(in), float64(accRight)/float64(acc), float64(low)/float64(in), float64(oAcc)/float64(o), float64(oMid)/float64(o))
	}
	report("clinc", rows[:nc])
	report("bank", rows[nc:])
	// fit
	w := [5]float64{-4, 3, 2, 2, 3}
	for it := 0; it < 6000; it++ {
		var g [5]float64
		for _, q := range rows[:nc] {
			z := w[0]
			for i := range q.x {
				z += w[i+1] * q.x[i]
			}
			d := 1/(1+math.Exp(-z)) - q.y
			if q.oos {
				d *= 2
			}
			g[0] += d
			for i := range q.x {
				g[i+1] += d * q.x[i]
			}
		}
		for i := range w {
			if i == 1 && w[1] < 2 {
				w[1] = 2
			}
			w[i] -= 4 * (g[i] / float64(nc))
		}
	}
	fmt.Println("fit", w)
	for i := range rows {
		z := w[0]
		for j := range rows[i].x {
			z += w[j+1] * rows[i].x[j]
		}
		rows[i].p = 1 / (1 + math.Exp(-z))
	}
	report("clinc fitted", rows[:nc])
	report("bank fitted", rows[nc:])
	for _, w := range [][5]float64{{-4.2, 3.5, 3.5, 3, 2.5}, {-4, 2, 6, 3, 2}, {-4, 2.5, 5, 3, 2}, {-4.4, 3, 5, 3, 2.5}, {-4.2, 3, 5, 3.5, 1.5}, {-4.6, 4, 4, 3.5, 2.5}} {
		for i := range rows {
			z := w[0]
			for j := range rows[i].x {
				z += w[j+1] * rows[i].x[j]
			}
			rows[i].p = 1 / (1 + math.Exp(-z))
		}
		fmt.Println(w)
		report("clinc", rows[:nc])
		report("bank ", rows[nc:])
	}
}
