package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"journey/engine/store"
)

// stored reads all counts of the store at once, so that they are of one moment.
type stored struct{ counts func() (store.Counts, error) }

var (
	contacts = prometheus.NewDesc("journey_contacts", "Contacts that are known.", nil, nil)
	outbox   = prometheus.NewDesc("journey_outbox_waiting", "Messages and calls that have not left, or are tried again.", nil, nil)
	dead     = prometheus.NewDesc("journey_dead_letters", "Messages that no channel could deliver.", nil, nil)
	size     = prometheus.NewDesc("journey_data_bytes", "Size of the data.", nil, nil)
)

// Describe implements prometheus.Collector.
func (s *stored) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{contacts, outbox, dead, size} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (s *stored) Collect(out chan<- prometheus.Metric) {
	c, err := s.counts()
	if err != nil {
		return
	}
	for d, v := range map[*prometheus.Desc]float64{contacts: float64(c.Contacts), outbox: float64(c.Outgoing), dead: float64(c.Dead), size: float64(c.Size)} {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
}
