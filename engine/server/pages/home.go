package pages

import (
	"net/http"
	"slices"
	"time"

	"journey/engine/channel/sandbox"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/service/shop"
)

// Who the page writes as until somebody says otherwise. The number is of the block that is kept for fiction, the domain likewise.
const (
	samplePhone = "+14155550101"
	sampleEmail = "ada@customer.example"
	sampleName  = "Ada"
	sampleOrder = "AB123456"
)

// homeView is what home.html and its parts show.
type homeView struct {
	Brand    string
	CSRF     string
	Phone    string // whose phone is shown
	Email    string // whose mailbox
	Phones   []string
	Emails   []string
	Texts    []sandbox.Message
	Mails    []sandbox.Message
	Customer customerView
	Order    string // the number of an order of the shop
	Events   []eventGroup
	Switches []switchView
	Records  []recordGroup
	Steps    []step
	Last     uint64
	Sandbox  bool
	Widget   bool
	Inbox    bool
	Away     bool   // the sample site is closed
	Alert    string // what went wrong with what was just done
}

// customerView is the contact that has the phone's number.
type customerView struct {
	Known    bool
	Name     string
	Email    string
	Timezone string
	Zones    []string
	Consents []consentView
}

type consentView struct {
	Channel  policy.Channel
	Given    bool
	OptedOut bool
	Purposes []policy.Purpose
}

type recordGroup struct {
	Kind    string
	Records []shop.Record
}

func (p *Pages) home(w http.ResponseWriter, r *http.Request) { p.showHome(w, r, http.StatusOK, "") }

func (p *Pages) showHome(w http.ResponseWriter, r *http.Request, status int, alert string) {
	v := p.homeView(r)
	v.Alert = alert
	v.Steps, v.Last = p.recentSteps(r.Context())
	v.Events = eventGroups(p.Versions.Live(), samples{p.Now(), v.Records})
	p.show(w, status, "home.html", Frame{Title: "Try it", Here: "/"}, v)
}

// homeView reads what stands around the live view. The query or form says whose phone and mailbox.
func (p *Pages) homeView(r *http.Request) *homeView {
	v := &homeView{Brand: p.Brand, CSRF: p.CSRF(r), Widget: p.Widget, Inbox: p.Inbox, Order: sampleOrder, Phone: digits(r.FormValue("phone")), Email: r.FormValue("mail")}
	if v.Phone == "" {
		v.Phone = samplePhone
	}
	v.Away = r.FormValue("away") != ""
	v.Customer = p.customer(r, v.Phone)
	if v.Email == "" {
		v.Email = v.Customer.Email
	}
	if p.Sandbox != nil {
		v.Sandbox = true
		v.Phones, v.Emails = addresses(p.Sandbox.Addresses(), v.Phone, v.Email)
		v.Texts, v.Mails = p.Sandbox.List(v.Phone), p.Sandbox.List(v.Email)
		slices.Reverse(v.Mails)
		v.Switches = switches(p.Sandbox)
	}
	if p.Sandbox != nil && p.Shop != nil {
		v.Records = groupRecords(p.Shop.List())
		if id, ok := firstOf(v.Records, "order"); ok {
			v.Order = id
		}
	}
	return v
}

// addresses parts what the sandbox knows into phones and mailboxes, after those that are shown.
func addresses(known []sandbox.Mailbox, phone, email string) (phones, emails []string) {
	phones, emails = []string{phone}, []string{email}
	for _, m := range known {
		switch {
		case m.Channel == policy.SMS && m.Address != phone:
			phones = append(phones, m.Address)
		case m.Channel == policy.Email && m.Address != email:
			emails = append(emails, m.Address)
		}
	}
	return phones, emails
}

func groupRecords(records []shop.Record) (groups []recordGroup) {
	for _, r := range records {
		i := slices.IndexFunc(groups, func(g recordGroup) bool { return g.Kind == r.Kind })
		if i < 0 {
			groups, i = append(groups, recordGroup{Kind: r.Kind}), len(groups)
		}
		groups[i].Records = append(groups[i].Records, r)
	}
	slices.SortStableFunc(groups, func(a, b recordGroup) int { return recordRank(a) - recordRank(b) })
	return groups
}

// recordRank puts whether services answer at all last: it is seldom looked for.
func recordRank(g recordGroup) int {
	if g.Kind == "service" {
		return 1
	}
	return 0
}

// firstOf gives the id of the first record of a kind.
func firstOf(groups []recordGroup, kind string) (id string, ok bool) {
	for _, g := range groups {
		if g.Kind == kind && len(g.Records) > 0 {
			return g.Records[0].ID, true
		}
	}
	return "", false
}

// customer reads who has the phone. A contact that is not there yet is shown as the first event makes it.
func (p *Pages) customer(r *http.Request, phone string) customerView {
	v := customerView{Name: sampleName, Email: sampleEmail, Zones: zones}
	c := &machine.Contact{}
	if key, err := p.Engine.Find(r.Context(), runtime.To{Address: "tel:" + phone}); err == nil {
		if found, err := p.Engine.Contact(r.Context(), key); err == nil {
			c, v.Known = found, true
			v.Name, v.Timezone = c.Name, zoneOf(c)
			if c.Email != "" {
				v.Email = c.Email
			}
		}
	}
	for _, ch := range channels {
		force := c.Ledger.InForce(ch)
		v.Consents = append(v.Consents, consentView{Channel: ch, Given: len(force) > 0, OptedOut: c.Ledger.OptedOut(ch), Purposes: force})
	}
	return v
}

func zoneOf(c *machine.Contact) string {
	if c.Timezone == "" && len(c.PhoneZones) > 0 {
		return c.PhoneZones[0]
	}
	return c.Timezone
}

// zones are some to choose from; quiet hours are in the customer's.
var zones = []string{"America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "Europe/London", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney"}

// purposes are what the live journeys write on a channel for: what a consent on the page is given to.
func purposes(live []*graph.Journey, ch policy.Channel) []policy.Purpose {
	list := []policy.Purpose{policy.Transactional}
	for _, g := range live {
		if c := g.Channel(ch); c != nil && c.Rules.Purpose != "" && !slices.Contains(list, c.Rules.Purpose) {
			list = append(list, c.Rules.Purpose)
		}
	}
	return list
}

// validZone reports whether a zone is one; Local is the server's, and no customer's.
func validZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
