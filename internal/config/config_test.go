package config

import (
	"io"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hibiken/asynq"
)

// Every flag is documented, with its variable.
func TestDocument(t *testing.T) {
	t.Parallel()
	document, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	var c Config
	parser, err := parser(&c)
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range parser.Model.Children {
		if !strings.Contains(document, "## imprimatur "+command.Name+"\n") {
			t.Errorf("no chapter on %s", command.Name)
		}
		for _, flag := range command.Flags {
			if flag.Name == "help" || flag.Hidden {
				continue
			}
			want := "| `--" + flag.Name + "` | `IMPRIMATUR_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_")) + "` |"
			if !strings.Contains(document, want) {
				t.Errorf("no line %s", want)
			}
		}
	}
}

func parse(t *testing.T, line string) (Config, error) {
	t.Helper()
	return Parse(strings.Fields(line), io.Discard)
}

func mustParse(t *testing.T, line string) Config {
	t.Helper()
	c, err := parse(t, line)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return c
}

func TestNothingConfigured(t *testing.T) {
	t.Parallel()
	c := mustParse(t, "serve")
	want := Config{
		Command: CommandServe,
		Log:     Log{Level: "info", Format: "text"},
		Serve: Serve{
			HTTP:    HTTP{Listen: "127.0.0.1:8080"},
			Limits:  Limits{Address: 200, AddressBurst: 1000, Person: 50, PersonBurst: 200},
			Private: Private{Var: "./var"},
			Worker:  Worker{Concurrency: 8},
			Mail:    Mail{MailRate: 120},
		},
	}
	compare := cmp.FilterPath(func(p cmp.Path) bool {
		name := p.String()
		return name != "" && name != "Command" && !strings.HasPrefix(name, "Log") && !strings.HasPrefix(name, "Serve")
	}, cmp.Ignore())
	if diff := cmp.Diff(want, c, compare, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	lines := map[Command]string{
		CommandServe:   "serve --demo --listen 127.0.0.1:8081 --trusted-proxies 10.0.0.0/8,fd00::/8 --frame-ancestors https://ent.example.fr --base-url https://imprimatur.example.fr/",
		CommandWork:    "work --database-url postgres://a:b@db/imprimatur --redis-url redis://queue:6379 --files /files --files-key 00",
		CommandMigrate: "migrate --migrate-url postgres://m:b@db/imprimatur",
		CommandDemo:    "demo --var /tmp/elsewhere",
		CommandVerify:  "verify",
		CommandBench:   "bench --clients 4",
	}
	for command, line := range lines {
		t.Run(string(command), func(t *testing.T) {
			t.Parallel()
			if got := mustParse(t, line).Command; got != command {
				t.Errorf("command %q", got)
			}
		})
	}
}

func TestServeFlags(t *testing.T) {
	t.Parallel()
	c := mustParse(t, "serve --trusted-proxies 10.0.0.0/8,fd00::/8 --frame-ancestors https://ent.example.fr --base-url https://imprimatur.example.fr/").Serve
	if len(c.TrustedProxies) != 2 || c.TrustedProxies[1] != netip.MustParsePrefix("fd00::/8") {
		t.Errorf("trusted proxies %v", c.TrustedProxies)
	}
	if diff := cmp.Diff([]Origin{"https://ent.example.fr"}, c.FrameAncestors); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Limits{Address: 200, AddressBurst: 1000, Person: 50, PersonBurst: 200}, c.Limits); diff != "" {
		t.Error(diff)
	}
	if got := mustParse(t, "serve --limit-person 20 --limit-address-burst 5000").Serve.Limits; got.Person != 20 || got.AddressBurst != 5000 {
		t.Errorf("limits %+v", got)
	}
	if c.BaseURL != "https://imprimatur.example.fr" || !c.BaseURL.Secure() {
		t.Errorf("base URL %q", c.BaseURL)
	}
}

// Not parallel: the environment is everybody's.
func TestEnvironment(t *testing.T) {
	t.Setenv("IMPRIMATUR_LISTEN", "127.0.0.1:9000")
	t.Setenv("IMPRIMATUR_DATABASE_URL", "postgres://a:b@db/imprimatur")
	t.Setenv("IMPRIMATUR_FILES", "/files")
	t.Setenv("IMPRIMATUR_FILES_KEY", "5a")
	t.Setenv("IMPRIMATUR_LOG_FORMAT", "json")
	c := mustParse(t, "serve")
	if c.Serve.Listen != "127.0.0.1:9000" || c.Serve.DatabaseURL == "" || c.Log.Format != "json" {
		t.Errorf("%+v", c)
	}
	if got := mustParse(t, "serve --listen 127.0.0.1:9001").Serve.Listen; got != "127.0.0.1:9001" {
		t.Errorf("the flag does not win: %s", got)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ line, says string }{
		"no command":               {"", "expected one of"},
		"unknown flag":             {"serve --lisen x", "unknown flag"},
		"database URL":             {"serve --database-url mysql://u:hunter2@db", "not a PostgreSQL URL"},
		"redis scheme":             {"serve --redis-url memcached://u:hunter2@x", "not a Redis URL"},
		"cluster scheme":           {"serve --redis-url unix+cluster://u:hunter2@x", "not a Redis URL"},
		"redis without a host":     {"serve --redis-url redis:", "not a Redis URL"},
		"sentinel without master":  {"serve --redis-url redis-sentinel://:hunter2@a,b", "names its master"},
		"frame ancestor injection": {"serve --frame-ancestors https://ent.fr;script-src", "more than a scheme and a host"},
		"frame ancestor wildcard":  {"serve --frame-ancestors https://*", "more than a scheme and a host"},
		"base URL with a path":     {"serve --base-url https://x.fr/imprimatur", "more than a scheme and a host"},
		"base URL of another kind": {"serve --base-url ftp://x.fr", "not an http or https address"},
		"proxy without a network":  {"serve --trusted-proxies 10.0.0.1", "no '/'"},
		"nobody to work":           {"serve --no-work", "--no-work needs --redis-url"},
		"listen without database":  {"serve --listen-url postgres://a:b@db/x", "goes with --database-url"},
		"migrate another database": {"serve --migrate-url postgres://a:b@db/x", "goes with --database-url"},
		"work alone":               {"work", "work needs --database-url, --redis-url and --files"},
		"no concurrency":           {"serve --concurrency 0", "at least 1"},
		"nobody let in":            {"serve --limit-person 0", "--limit-person is at least 1"},
		"one for all":              {"serve --limit-address 10", "--limit-address is at least --limit-person"},
		"a class too many":         {"serve --limit-address-burst 150", "--limit-address-burst at least"},
		"mail from nobody":         {"serve --smtp-url smtp://u:hunter2@mail", "--smtp-url and --mail-from go together"},
		"mail to nowhere":          {"work --smtp-url smtp://u:hunter2@mail --mail-from a@b.fr", "--smtp-url goes with --base-url"},
		"no mail in a minute":      {"serve --mail-rate 0", "--mail-rate is at least 1"},
		"log level":                {"serve --log-level loud", "must be one of"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parse(t, test.line)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("error %v", err)
			}
			if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
				t.Errorf("error tells too much, or in several lines: %v", err)
			}
		})
	}
}

func TestRedisURL(t *testing.T) {
	t.Parallel()
	tests := map[string]asynq.RedisConnOpt{
		"redis://user:pw@host:6379/2":    asynq.RedisClientOpt{Addr: "host:6379", Username: "user", Password: "pw", DB: 2},
		"redis-socket:///run/redis.sock": asynq.RedisClientOpt{Network: "unix", Addr: "/run/redis.sock"},
		"redis-sentinel://:pw@a:1,b:2?master=main&sentinel_password=ps": asynq.RedisFailoverClientOpt{
			MasterName: "main", SentinelAddrs: []string{"a:1", "b:2"}, Password: "pw", SentinelPassword: "ps",
		},
		"redis+cluster://user:pw@a:1,b:2,c:3": asynq.RedisClusterClientOpt{Addrs: []string{"a:1", "b:2", "c:3"}, Username: "user", Password: "pw"},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := RedisURL(text).Opt()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	opt, err := RedisURL("rediss+cluster://a:1").Opt()
	if err != nil {
		t.Fatal(err)
	}
	if cluster, ok := opt.(asynq.RedisClusterClientOpt); !ok || cluster.TLSConfig == nil {
		t.Errorf("no TLS in %+v", opt)
	}
}
