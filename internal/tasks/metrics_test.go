package tasks_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/outbox"
	"imprimatur/internal/tasks"
)

func TestDepthIsMeasuredAtEachScrape(t *testing.T) {
	t.Parallel()
	var broken error
	measure := func(context.Context) ([]outbox.Depth, error) {
		return []outbox.Depth{
			{Kind: outbox.ScreenRevision, Status: "sent", Count: 3, Due: dbtest.Now.Add(time.Minute)},
			{Kind: outbox.ScreenRevision, Status: "waiting", Count: 40, Due: dbtest.Now.Add(-90 * time.Second)},
		}, broken
	}
	depth := tasks.NewDepth(measure, func() time.Time { return dbtest.Now }, slog.New(slog.DiscardHandler))
	want := `
# HELP imprimatur_outbox_age_seconds Time since the oldest open message was due.
# TYPE imprimatur_outbox_age_seconds gauge
imprimatur_outbox_age_seconds{kind="screening:revision",status="sent"} 0
imprimatur_outbox_age_seconds{kind="screening:revision",status="waiting"} 90
# HELP imprimatur_outbox_messages Open messages.
# TYPE imprimatur_outbox_messages gauge
imprimatur_outbox_messages{kind="screening:revision",status="sent"} 3
imprimatur_outbox_messages{kind="screening:revision",status="waiting"} 40
`
	if err := testutil.CollectAndCompare(depth, strings.NewReader(want)); err != nil {
		t.Error(err)
	}
	broken = errors.New("no connection")
	if n := testutil.CollectAndCount(depth); n != 0 {
		t.Errorf("without a database there are %d figures", n)
	}
}

func TestMetricsKeepToConvention(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewPedanticRegistry()
	m := tasks.NewMetrics(registry)
	for kind := range outbox.Kinds() {
		m.Sent(kind)
		m.Lapsed(kind)
		m.SetAside(kind)
	}
	m.Faulted("queue")
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
	if n, err := testutil.GatherAndCount(registry); err != nil || n != 3*len(outbox.Kinds())+1 {
		t.Errorf("%d series: %v", n, err)
	}
}
