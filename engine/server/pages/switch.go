package pages

import (
	"time"

	"journey/engine/channel/sandbox"
	"journey/engine/policy"
)

// slowness is long enough to be seen, and shorter than an attempt may take.
const slowness = 4 * time.Second

// mode is a way in which a stand-in behaves.
type mode struct {
	Name   string
	Switch sandbox.Switch
}

var modes = []mode{
	{"works", sandbox.Switch{}},
	{"slow", sandbox.Switch{Slow: slowness}},
	{"down", sandbox.Switch{Down: true}},
	{"refuses", sandbox.Switch{Refuse: true}},
	{"loses", sandbox.Switch{Fail: true}},
}

func modeNames() (names []string) {
	for _, m := range modes {
		names = append(names, m.Name)
	}
	return names
}

// switchView is a channel's stand-in with how it behaves now; Mode is empty where it was set otherwise.
type switchView struct {
	Channel policy.Channel
	Mode    string
	Modes   []string
}

func switches(s Sandbox) (list []switchView) {
	for _, ch := range channels {
		v := switchView{Channel: ch, Modes: modeNames()}
		for _, m := range modes {
			if s.Switched(ch) == m.Switch {
				v.Mode = m.Name
			}
		}
		list = append(list, v)
	}
	return list
}
