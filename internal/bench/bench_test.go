package bench

import (
	"context"
	"fmt"
	"image"
	"os"
	"os/exec"
	"strings"
	"testing"

	"imprimatur/internal/dbtest"
)

// partEnv makes the test binary be a part of a benchmark.
const partEnv = "IMPRIMATUR_BENCH_PART"

func TestMain(m *testing.M) {
	if part := os.Getenv(partEnv); part != "" {
		if err := Serve(context.Background(), part, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// own starts a part as this test binary.
func own(t *testing.T) func(string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return func(part string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), self)
		cmd.Env = append(os.Environ(), partEnv+"="+part)
		cmd.Stderr = os.Stderr
		return cmd
	}
}

// needServers skips or fails by dbtest's rule.
func needServers(t *testing.T) {
	t.Helper()
	dbtest.New(t)
	dbtest.Redis(t)
}

func TestWholeRun(t *testing.T) {
	needServers(t)
	if testing.Short() {
		t.Skip("a whole run takes half a minute")
	}
	var out strings.Builder
	small := Sizes{Photo: image.Pt(1200, 900), Burst: 40, Cases: 2000}
	err := Run(t.Context(), Config{Clients: 2, Seconds: 1, Rows: 1000, Sizes: small, Part: own(t), Out: &out, Log: quiet()})
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, name := range []string{
		"article, cached", "forum page, uncached", "picture, clearance asked", "clearance of 40 photos × 30 persons", "1-megapixel photos, 2 at once",
		"memory while 2 come at once", "pipeline", "idle, p50", "consent withdrawn → refused elsewhere, p99",
		"withdrawn → gone elsewhere, p99", "memory of one process, under load", "queue page, 1000 contributions, p50",
		"40 reports of one content", "article, cached, meanwhile", "intake of reports", "list of cases, ", "director's desk, ", "figures of a month that is over, ",
	} {
		if !strings.Contains(out.String(), "\n"+name) {
			t.Errorf("no figure %q in\n%s", name, out.String())
		}
	}
	if !strings.Contains(out.String(), " of 24 targets met.") {
		t.Errorf("the end is missing:\n%s", out.String())
	}
}

func TestUnknownPart(t *testing.T) {
	t.Parallel()
	if err := Serve(t.Context(), "nobody", nil, nil); err == nil {
		t.Error("it serves")
	}
}
