package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// bound is on which side of its target a figure should be.
type bound string

// The bounds.
const (
	atLeast bound = "≥"
	atMost  bound = "≤"
)

// figure is one comparison: what was measured, what it was measured beside, and a
// value with its target.
type figure struct {
	name   string
	ours   string // in words, with its unit
	bare   string
	value  float64
	unit   string // of value; empty for a ratio
	bound  bound
	target float64
}

// met reports whether the value is on the right side of the target.
func (f figure) met() bool {
	if f.bound == atLeast {
		return f.value >= f.target
	}
	return f.value <= f.target
}

func (f figure) verdict() string {
	if f.met() {
		return "met"
	}
	return "MISSED"
}

// report prints figures as they come, and all of them at the end.
type report struct {
	out     io.Writer
	began   time.Time
	clock   func() time.Time
	figures []figure
}

// say tells what is being done now.
func (r *report) say(format string, args ...any) {
	fmt.Fprintf(r.out, "%5.0f s  %s\n", r.clock().Sub(r.began).Seconds(), fmt.Sprintf(format, args...))
}

func (r *report) add(figures ...figure) {
	r.figures = append(r.figures, figures...)
	for _, f := range figures {
		r.say("%s: %s, %s: %.2f%s", f.name, f.ours, f.bare, f.value, f.unit)
	}
}

// print writes the table. A target that was missed is a figure like any other: the
// machine may have been busy.
func (r *report) print() error {
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\nfigure\tours\tbeside\tvalue\ttarget\t\n")
	missed := 0
	for _, f := range r.figures {
		fmt.Fprintf(w, "%s\t%s\t%s\t%.2f%s\t%s %g%s\t%s\n", f.name, f.ours, f.bare, f.value, f.unit, f.bound, f.target, f.unit, f.verdict())
		if !f.met() {
			missed++
		}
	}
	fmt.Fprintf(w, "\n%d of %d targets met.\n", len(r.figures)-missed, len(r.figures))
	return w.Flush()
}

func perSecond(what string, s slice) string { return fmt.Sprintf("%.0f/s %s", s.rate(), what) }

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
}
