package main

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/id"
	"imprimatur/migrations"
)

// says reads lines until one has the text, and gives what follows it there.
// filesKey is a key for files that nobody else reads.
var filesKey = strings.Repeat("5a", 32)

func (p *program) says(t *testing.T, text string) string {
	t.Helper()
	for {
		line, err := p.out.ReadString('\n')
		if err != nil {
			t.Fatalf("it never said %q: %v: %s", text, err, p.errs)
		}
		if _, after, ok := strings.Cut(strings.TrimSpace(line), text); ok {
			return after
		}
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(bufio.NewReader(response.Body))
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %d: %v", url, response.StatusCode, err)
	}
	return string(text)
}

// promise writes a message with a status, behind everybody's back.
func promise(t *testing.T, db *dbtest.DB, status string) id.Message {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), db.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	m := id.New[id.Message]()
	_, err = conn.Exec(t.Context(), `INSERT INTO outbox (message_id, tenant_id, kind, queue, subject_id, version, due_at, status, failures, last_error)
		VALUES ($1, $2, 'screening:revision', 'screening', $2, 1, now(), $3, 12, 'panic in f, line 1: string')`, m, id.New[id.Tenant](), status)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWorkBesideServe(t *testing.T) {
	t.Parallel()
	db, queue := dbtest.New(t), dbtest.Redis(t)
	promise(t, db, "waiting") // of a revision that is not there: it fails once more, and is set aside
	backing := []string{"--database-url", db.URL(migrations.Login), "--redis-url", queue.URL(), "--files", t.TempDir(), "--files-key", filesKey}
	serve := start(t, append([]string{"serve", "--no-work", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"}, backing...)...)
	measures := serve.says(t, "Metrics are at ")
	url := serve.says(t, "is ready: ")
	if status(t, url+"/metrics") != http.StatusNotFound {
		t.Error("metrics are at the public address")
	}
	work := start(t, append([]string{"work", "--metrics", "127.0.0.1:0"}, backing...)...)
	metrics := work.says(t, "is working: ")
	mustHold(t, "the worker has tried the message", func() bool {
		return strings.Contains(get(t, metrics), `imprimatur_task_seconds_count{kind="screening:revision",outcome="set_aside"} 1`)
	})
	if got := get(t, strings.TrimSuffix(metrics, "/metrics")+"/readyz"); !strings.Contains(got, `"listening":"ok"`) {
		t.Errorf("the worker's readyz: %s", got)
	}
	for _, want := range []string{"imprimatur_outbox_messages", "imprimatur_db_connections", "go_goroutines"} {
		if !strings.Contains(get(t, measures), want) {
			t.Errorf("serve does not measure %s", want)
		}
	}
	for _, p := range []*program{work, serve} {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if code, said := p.end(t); code != 0 {
			t.Errorf("exit %d: %s", code, said)
		}
	}
}

func TestOutboxListsAndRearms(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	first, second := promise(t, db, "set_aside"), promise(t, db, "set_aside")
	outbox := func(args ...string) (int, string) {
		return start(t, append([]string{"outbox", "--database-url", db.URL(migrations.Login)}, args...)...).end(t)
	}
	code, said := outbox()
	for _, want := range []string{first.String(), second.String(), "12 failures): panic in f, line 1: string", "Messages set aside: 2"} {
		if code != 0 || !strings.Contains(said, want) {
			t.Errorf("exit %d without %q: %s", code, want, said)
		}
	}
	if code, said := outbox("--rearm", first.String()); code != 0 || !strings.Contains(said, "Messages to be sent again: 1") {
		t.Errorf("exit %d: %s", code, said)
	}
	if code, said := outbox("--rearm", "all"); code != 0 || !strings.Contains(said, "Messages to be sent again: 1") {
		t.Errorf("exit %d: %s", code, said)
	}
	if code, said := outbox("--rearm", "42"); code != 1 || strings.Count(said, "\n") != 1 {
		t.Errorf("exit %d: %s", code, said)
	}
}

// Without its queue the program says that it is not ready, in its own log's form.
func TestServeWithoutItsQueueSaysSo(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	p := start(t, "--log-format", "json", "serve", "--listen", "127.0.0.1:0", "--database-url", db.URL(migrations.Login), "--redis-url", "redis://127.0.0.1:1", "--no-work",
		"--files", t.TempDir(), "--files-key", filesKey)
	address := p.says(t, "its queue does not answer: ")
	if got := status(t, address); got != http.StatusServiceUnavailable {
		t.Errorf("readyz answers %d", got)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_, said := p.end(t)
	for line := range strings.Lines(said) {
		if !strings.HasPrefix(line, "{") && !strings.HasPrefix(line, "Imprimatur is not ready") {
			t.Errorf("not of our log: %s", line)
		}
	}
	if strings.Contains(said, "is ready") {
		t.Errorf("ready without a queue: %s", said)
	}
}
