// Package config is the program's configuration: one typed struct from which
// flags, environment variables, help and docs/configuration.md (written by
// internal/docgen) all come. Each flag has a variable: --database-url is
// IMPRIMATUR_DATABASE_URL. Nothing else reads the environment.
package config

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/jackc/pgx/v5"
)

// envPrefix starts the name of every environment variable.
const envPrefix = "IMPRIMATUR"

// Config is every command with its flags. Command says which one was asked for.
type Config struct {
	Log Log `embed:"" prefix:"log-" group:"Log"`

	Serve   Serve   `cmd:"" help:"Serve pages and API, and do the background work."`
	Work    Work    `cmd:"" help:"Do background work alone, beside any number of serve processes."`
	Migrate Migrate `cmd:"" help:"Bring the database up to this program's schema."`
	Demo    Demo    `cmd:"" help:"Fill an empty database with the demo school."`
	Verify  Verify  `cmd:"" help:"Check the invariants on a live database, without writing."`
	Outbox  Outbox  `cmd:"" help:"List the messages that were set aside after too many failures, or re-arm them."`
	Bounce  Bounce  `cmd:"" help:"Read a message that came to mail-bounces from the input, and note which letter came back. Exits with 75 where it is to be tried again."`
	Bench   Bench   `cmd:"" help:"Measure this machine, on a private PostgreSQL and Redis."`

	Command Command `kong:"-"`
}

// Command is the name of a command.
type Command string

// The commands.
const (
	CommandServe   Command = "serve"
	CommandWork    Command = "work"
	CommandMigrate Command = "migrate"
	CommandDemo    Command = "demo"
	CommandVerify  Command = "verify"
	CommandOutbox  Command = "outbox"
	CommandBounce  Command = "bounce"
	CommandBench   Command = "bench"
)

// Serve configures `imprimatur serve`.
type Serve struct {
	HTTP
	Limits Limits `embed:"" prefix:"limit-"`
	Private
	Backing
	MigrateURL DatabaseURL `group:"Database and queue" placeholder:"URL" help:"With database-url: a login that is a member of imprimatur_owner, to migrate at start. Empty: imprimatur migrate was run before."`
	Worker
	Mail
	NoWork  bool   `help:"Leave background work to imprimatur work."`
	Metrics string `placeholder:"ADDRESS" help:"Address of metrics, such as 127.0.0.1:8090, and the only one: the address of the pages has none. Empty: none."`
	Demo    bool   `help:"Start with the demo school, its personas one click away and its API key. Refused on a database that holds anything else."`
}

// Work configures `imprimatur work`.
type Work struct {
	Backing
	Worker
	Mail
	BaseURL BaseURL `group:"Mail" placeholder:"URL" help:"With smtp-url: address that readers see, as serve has it. Links in letters begin with it."`
	Metrics string  `default:"127.0.0.1:8090" placeholder:"ADDRESS" help:"Address of health and metrics. Empty: none."`
}

// Migrate configures `imprimatur migrate`.
type Migrate struct {
	Private
	MigrateURL DatabaseURL `placeholder:"URL" help:"PostgreSQL, as a login that is a member of imprimatur_owner. Empty: the private one."`
}

// Demo configures `imprimatur demo`.
type Demo struct {
	Private
	Database
	Store
}

// Verify configures `imprimatur verify`.
type Verify struct {
	Private
	Database
}

// Outbox configures `imprimatur outbox`.
type Outbox struct {
	Private
	Database
	Rearm []string `placeholder:"MESSAGE,…" help:"Send these messages again; all sends every one."`
}

// Bounce configures `imprimatur bounce`.
type Bounce struct {
	Private
	Database
	Recipient string `arg:"" optional:"" placeholder:"ADDRESS" help:"Address that the message came to, as the mail server has it. Empty: the message's own."`
}

// Bench configures `imprimatur bench`.
type Bench struct {
	PGBin   string `name:"pg-bin" placeholder:"FOLDER" help:"Folder of PostgreSQL's programs. Empty: looked for in PATH, then in /usr/lib/postgresql, newest first, 15 or later."`
	Clients int    `default:"8" help:"Concurrent clients."`
	Seconds int    `default:"20" help:"How long each figure is measured."`
	Rows    int    `default:"1000000" help:"Contributions in the large database of the review queue's figure."`
	Part    string `hidden:"" enum:",house,second,darkroom" default:"" help:"Be one of the processes of a run."`
}

// Validate refuses what could not be measured.
func (b Bench) Validate() error {
	if b.Clients < 1 || b.Seconds < 1 || b.Rows < 1000 {
		return errors.New("--clients and --seconds are at least 1, --rows at least 1000")
	}
	return nil
}

// Log configures what the process says about itself.
type Log struct {
	Level  string `enum:"debug,info,warn,error" default:"info" help:"Least severe level that is written: ${enum}."`
	Format string `enum:"text,json" default:"text" help:"Form of a line: ${enum}."`
}

// HTTP configures the server's side of the network.
type HTTP struct {
	Listen         string         `group:"HTTP" default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Address that pages and API are served on. TLS is the business of the proxy before it."`
	BaseURL        BaseURL        `group:"HTTP" placeholder:"URL" help:"Address that readers see. With https, cookies are Secure and HSTS is sent. Empty: http and the listening address."`
	TrustedProxies []netip.Prefix `group:"HTTP" placeholder:"NETWORK,…" help:"Networks of the proxies whose X-Forwarded-For is believed. Empty: none is."`
	FrameAncestors []Origin       `group:"HTTP" placeholder:"ORIGIN,…" help:"Origins of the ENT that may show pages in a frame. Empty: none may."`
}

// Limits configures how often somebody may ask. A class behind one address works
// far below them.
type Limits struct {
	Address      int `group:"HTTP" default:"200" placeholder:"N" help:"Requests per second from one address, or IPv6 network, on average; a school is often one. Those with a session or key and those without are counted apart."`
	AddressBurst int `group:"HTTP" default:"1000" placeholder:"N" help:"Requests at once from one address, as when a class signs in."`
	Person       int `group:"HTTP" default:"50" placeholder:"N" help:"Requests per second of one person, by pages or by a key that acts for them, on average."`
	PersonBurst  int `group:"HTTP" default:"200" placeholder:"N" help:"Requests at once of one person."`
}

// Validate refuses limits that let nobody in, and those by which one person would
// use up what a whole school has.
func (l Limits) Validate() error {
	if l.Person < 1 || l.PersonBurst < l.Person {
		return errors.New("--limit-person is at least 1, and --limit-person-burst at least --limit-person")
	}
	if l.Address < l.Person || l.AddressBurst < max(l.Address, l.PersonBurst) {
		return errors.New("--limit-address is at least --limit-person, and --limit-address-burst at least --limit-address and --limit-person-burst")
	}
	return nil
}

// Private configures the private PostgreSQL of a machine without a configured
// one.
type Private struct {
	Var   string `group:"Database and queue" default:"./var" placeholder:"FOLDER" help:"Folder of the private PostgreSQL, made if missing."`
	PGBin string `group:"Database and queue" name:"pg-bin" placeholder:"FOLDER" help:"Folder of PostgreSQL's programs. Empty: looked for in PATH, then in /usr/lib/postgresql, newest first, 15 or later."`
}

// Database configures where facts are.
type Database struct {
	DatabaseURL DatabaseURL `group:"Database and queue" placeholder:"URL" help:"PostgreSQL, as the login imprimatur (migrations/roles.sql). Empty: a private one in --var."`
}

// Store configures where pictures are kept, encrypted.
type Store struct {
	Files    string `group:"Files" placeholder:"FOLDER|URL" help:"Where pictures are kept: a folder, or s3://bucket?region=… . Every process names the same. Empty: a folder in --var."`
	FilesKey string `group:"Files" placeholder:"KEY" help:"Key that files are encrypted with: 32 bytes in hexadecimal or base64, the same for every process; what is lost with it is lost. Empty, with --files empty: made at the first start, in --var."`
}

// Validate refuses files that no other process, or no later start, could read.
func (s Store) Validate() error {
	if (s.Files == "") != (s.FilesKey == "") {
		return errors.New("--files and --files-key go together")
	}
	return nil
}

// Backing configures the database, the queue and the files.
type Backing struct {
	Database
	Store
	ListenURL DatabaseURL `group:"Database and queue" placeholder:"URL" help:"Direct connection for LISTEN, where database-url goes through a pooler. Empty: database-url."`
	RedisURL  RedisURL    `group:"Database and queue" placeholder:"URL" help:"Redis of the queue: redis://, rediss://, redis-socket://, redis-sentinel://host,host?master=name (and sentinel_password=, where Sentinel has one), redis+cluster://host,host or rediss+cluster://host,host. Empty: one inside the process."`
}

// Validate refuses connections to two different servers.
func (b Backing) Validate() error {
	if b.DatabaseURL == "" && b.ListenURL != "" {
		return errors.New("--listen-url goes with --database-url")
	}
	return nil
}

// Validate refuses a worker that shares nothing with those it works for, and one whose
// letters would lead nowhere.
func (w Work) Validate() error {
	if w.SMTPURL != "" && w.BaseURL == "" {
		return errors.New("--smtp-url goes with --base-url: links in letters begin with it")
	}
	if w.DatabaseURL == "" || w.RedisURL == "" || w.Files == "" {
		return errors.New("work needs --database-url, --redis-url and --files: it shares them with serve")
	}
	return nil
}

// Validate refuses a server whose queue nobody could work on, and one that
// migrates another database than its own.
func (s Serve) Validate() error {
	if s.DatabaseURL != "" && s.Files == "" {
		return errors.New("--database-url goes with --files and --files-key: what the database speaks of must be kept as long as it")
	}
	if s.DatabaseURL == "" && s.MigrateURL != "" {
		return errors.New("--migrate-url goes with --database-url")
	}
	if s.NoWork && s.RedisURL == "" {
		return errors.New("--no-work needs --redis-url: nobody else can work on a queue inside this process")
	}
	return nil
}

// Mail configures what is sent to people outside of the service.
type Mail struct {
	SMTPURL  string `group:"Mail" name:"smtp-url" placeholder:"URL" help:"Mail server: smtp://user:password@host:587 or smtps://user:password@host; TLS, except on this machine. Every process that works names the same. Empty: nothing is sent, and administrators see what would have been."`
	MailFrom string `group:"Mail" placeholder:"ADDRESS" help:"Sender of mail. Answers go to the establishment (contact_mail)."`
	Bounces  string `group:"Mail" name:"mail-bounces" placeholder:"ADDRESS" help:"Address that letters come back to, each with a tag after a plus. Its mail server hands what comes there to imprimatur bounce. Empty: what comes back goes to the sender, and is not noted."`
	MailRate int    `group:"Mail" default:"120" placeholder:"N" help:"Letters that a process sends in a minute, at most."`
}

// Validate refuses mail from nobody, and a rate at which none would go.
func (m Mail) Validate() error {
	if (m.SMTPURL == "") != (m.MailFrom == "") {
		return errors.New("--smtp-url and --mail-from go together")
	}
	if m.Bounces != "" && m.SMTPURL == "" {
		return errors.New("--mail-bounces goes with --smtp-url")
	}
	if m.MailRate < 1 {
		return errors.New("--mail-rate is at least 1")
	}
	return nil
}

// Worker configures background work.
type Worker struct {
	Concurrency int    `group:"Work" default:"8" help:"Tasks worked on at once."`
	Clamd       string `group:"Work" placeholder:"ADDRESS" help:"ClamAV's clamd, as host:port or the path of its socket, which scans every upload before anybody may see it. Every process that works names one; its StreamMaxLength is no less than the largest file that is taken. While it is away uploads wait. Empty: nothing is scanned."`
}

// Validate refuses a worker that does nothing.
func (w Worker) Validate() error {
	if w.Concurrency < 1 {
		return errors.New("--concurrency is at least 1")
	}
	return nil
}

// Parse reads arguments and environment. Help goes to out, and ends the
// program. The error is one line.
func Parse(args []string, out io.Writer) (Config, error) {
	var c Config
	parser, err := parser(&c, kong.Writers(out, out))
	if err != nil {
		return Config{}, err
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		return Config{}, err
	}
	c.Command = Command(chosen.Command())
	return c, nil
}

func parser(c *Config, options ...kong.Option) (*kong.Kong, error) {
	options = append(options,
		kong.Name("imprimatur"),
		kong.Description("Content moderation and publication workflow for school digital workspaces."),
		kong.DefaultEnvars(envPrefix),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	return kong.New(c, options...)
}

// DatabaseURL is a PostgreSQL connection string that was found well formed.
type DatabaseURL string

// UnmarshalText never repeats what it was given: there is a password in it.
func (u *DatabaseURL) UnmarshalText(text []byte) error {
	if _, err := pgx.ParseConfig(string(text)); err != nil {
		return errors.New("not a PostgreSQL URL, such as postgres://imprimatur:password@host/imprimatur")
	}
	*u = DatabaseURL(text)
	return nil
}

// BaseURL is the address that readers see, without a slash at its end.
type BaseURL string

// UnmarshalText takes an absolute http or https URL without a path.
func (u *BaseURL) UnmarshalText(text []byte) error {
	origin, err := parseOrigin(string(text))
	*u = BaseURL(origin)
	return err
}

// Secure says that readers come by TLS.
func (u BaseURL) Secure() bool { return strings.HasPrefix(string(u), "https://") }

// Origin is a scheme and a host, as in a Content-Security-Policy.
type Origin string

// UnmarshalText takes an http or https origin.
func (o *Origin) UnmarshalText(text []byte) error {
	origin, err := parseOrigin(string(text))
	*o = Origin(origin)
	return err
}

func parseOrigin(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return "", fmt.Errorf("%q is not an http or https address", text)
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || strings.ContainsAny(u.Host, "; '\"*") {
		return "", fmt.Errorf("%q is more than a scheme and a host", text)
	}
	return u.Scheme + "://" + u.Host, nil
}
