package tasks

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"imprimatur/internal/outbox"
)

var _ outbox.Observer = (*Metrics)(nil)

// Metrics counts what becomes of messages. Labels are kinds and queues, a fixed
// few.
type Metrics struct {
	sent, lapsed, aside, faults *prometheus.CounterVec
	wait, work                  *prometheus.HistogramVec
}

// NewMetrics registers the metrics of the queue.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	counter := func(name, help string, label string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "imprimatur", Name: name, Help: help}, []string{label})
	}
	m := &Metrics{
		sent:   counter("outbox_sent_total", "Messages sent to the queue.", "kind"),
		lapsed: counter("outbox_lapsed_total", "Messages sent that got no answer in time.", "kind"),
		aside:  counter("outbox_set_aside_total", "Messages set aside after too many failures.", "kind"),
		faults: counter("outbox_faults_total", "Times that the store or the queue did not do what the relay asked.", "part"),
		wait: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "imprimatur", Name: "queue_wait_seconds", Help: "From the time a message was due to the start of its work.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15, 60, 300, 3600},
		}, []string{"queue"}),
		work: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "imprimatur", Name: "task_seconds", Help: "Duration of the work on a message, by what became of it.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5, 20},
		}, []string{"kind", "outcome"}),
	}
	registry.MustRegister(m.sent, m.lapsed, m.aside, m.faults, m.wait, m.work)
	return m
}

// Sent counts a delivery that reached the queue.
func (m *Metrics) Sent(kind outbox.Kind) { m.sent.WithLabelValues(string(kind)).Inc() }

// Lapsed counts a delivery that got no answer.
func (m *Metrics) Lapsed(kind outbox.Kind) { m.lapsed.WithLabelValues(string(kind)).Inc() }

// SetAside counts a message that failed too often.
func (m *Metrics) SetAside(kind outbox.Kind) { m.aside.WithLabelValues(string(kind)).Inc() }

// Faulted counts a fault of the store or the queue.
func (m *Metrics) Faulted(part string) { m.faults.WithLabelValues(part).Inc() }

func (m *Metrics) taken(d outbox.Delivery, now time.Time) {
	m.wait.WithLabelValues(string(d.Queue())).Observe(max(0, now.Sub(d.Due)).Seconds())
}

func (m *Metrics) settled(kind outbox.Kind, became outcome, took time.Duration) {
	m.work.WithLabelValues(string(kind), string(became)).Observe(took.Seconds())
	if became == aside {
		m.SetAside(kind)
	}
}

// depth asks the outbox how much is in it, at every scrape.
type depth struct {
	measure    func(context.Context) ([]outbox.Depth, error)
	clock      func() time.Time
	log        *slog.Logger
	count, age *prometheus.Desc
}

// scrapeTime bounds the question.
const scrapeTime = 2 * time.Second

// NewDepth is a collector of how many messages are open, and how late the oldest is.
func NewDepth(measure func(context.Context) ([]outbox.Depth, error), clock func() time.Time, log *slog.Logger) prometheus.Collector {
	labels := []string{"kind", "status"}
	return &depth{
		measure, clock, log,
		prometheus.NewDesc("imprimatur_outbox_messages", "Open messages.", labels, nil),
		prometheus.NewDesc("imprimatur_outbox_age_seconds", "Time since the oldest open message was due.", labels, nil),
	}
}

// Describe names the two gauges.
func (d *depth) Describe(ch chan<- *prometheus.Desc) {
	ch <- d.count
	ch <- d.age
}

// Collect gives nothing where the outbox does not answer: a gap is no zero.
func (d *depth) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	rows, err := d.measure(ctx)
	if err != nil {
		d.log.Warn("the outbox was not measured", "error", err)
		return
	}
	for _, row := range rows {
		labels := []string{string(row.Kind), row.Status}
		ch <- prometheus.MustNewConstMetric(d.count, prometheus.GaugeValue, float64(row.Count), labels...)
		ch <- prometheus.MustNewConstMetric(d.age, prometheus.GaugeValue, max(0, d.clock().Sub(row.Due)).Seconds(), labels...)
	}
}
