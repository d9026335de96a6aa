package web

import (
	"net/url"
	"testing"
	"time"
)

// Whoever takes their time is let through. What comes at once, a day later, unsigned, signed
// by somebody else or with the trap filled in is asked to be sent once more.
func TestAFormIsSentByAPerson(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	key := []byte("ours")
	s := &Site{cfg: Config{FormKey: key, Clock: func() time.Time { return now }}}
	for name, tt := range map[string]struct {
		stamp, trap string
		want        bool
	}{
		"after a minute":        {stampOf(key, now.Add(-time.Minute), opening), "", true},
		"after three seconds":   {stampOf(key, now.Add(-quickest), opening), "", true},
		"after three hours":     {stampOf(key, now.Add(-3*time.Hour), opening), "", true},
		"at once":               {stampOf(key, now, opening), "", false},
		"at once, once more":    {stampOf(key, now, again), "", true},
		"two days later":        {stampOf(key, now.Add(-48*time.Hour), again), "", false},
		"with the trap":         {stampOf(key, now.Add(-time.Minute), opening), "x", false},
		"without a stamp":       {"", "", false},
		"with a stamp of words": {"a.b.c", "", false},
		"signed by others":      {stampOf([]byte("theirs"), now.Add(-time.Minute), opening), "", false},
		"with its turn changed": {again + stampOf(key, now, opening)[1:], "", false},
	} {
		if got := s.human(url.Values{"opened": {tt.stamp}, trap: {tt.trap}}); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
