package dbtest

import (
	"flag"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// longest is what the cases of one property may take by themselves.
const longest = 45 * time.Second

// Check is rapid.Check for a property of which each case takes a database its time: it tries at
// most so many, an eighth of them in short mode, and begins none after 45 seconds. Where
// -rapid.checks asks for a number, that many are tried; and once a case has failed, nothing keeps
// rapid from looking for the least that does.
func Check(t *testing.T, most int, property func(*rapid.T)) {
	t.Helper()
	if testing.Short() {
		most = (most + 7) / 8
	}
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	begun, tried, failed := time.Now(), 0, false
	rapid.Check(t, func(rt *rapid.T) {
		if !asked && !failed && (tried >= most || time.Since(begun) > longest) {
			return
		}
		tried++
		defer func() { failed = failed || rt.Failed() }()
		property(rt)
	})
}
