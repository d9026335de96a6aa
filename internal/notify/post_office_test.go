package notify_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// postOffice is a mail server that takes letters as it is told to.
type postOffice struct {
	mu       sync.Mutex
	url      string
	taken    [][]byte
	to       []string
	from     []string // of the envelopes
	sender   error    // what MAIL FROM is answered with
	address  error    // what RCPT TO is
	letter   error    // what the letter is, once it is read
	cut      bool     // the connection is cut once the letter is read and taken
	slow     time.Duration
	sessions int
	most     int // sessions at once
}

func openPostOffice(t *testing.T) *postOffice {
	t.Helper()
	p := &postOffice{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.sessions++
		p.most = max(p.most, p.sessions)
		return &session{p: p, conn: c}, nil
	}))
	server.Domain, server.ErrorLog = "localhost", silent{}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	p.url = "smtp://" + l.Addr().String()
	return p
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// set changes how letters are taken.
func (p *postOffice) set(change func(*postOffice)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
}

// mails are the letters taken so far.
func (p *postOffice) mails(t *testing.T) []mailed {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []mailed
	for i, raw := range p.taken {
		m := parse(t, raw)
		m.to, m.from = p.to[i], p.from[i]
		list = append(list, m)
	}
	return list
}

type session struct {
	p    *postOffice
	conn *smtp.Conn
	from string
	to   string
}

func (s *session) Reset() {}

func (s *session) Logout() error {
	s.p.set(func(p *postOffice) { p.sessions-- })
	return nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.from = from
	return s.p.sender
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.to = to
	return s.p.address
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.p.mu.Lock()
	slow, cut, answer := s.p.slow, s.p.cut, s.p.letter
	if answer == nil {
		s.p.taken, s.p.to, s.p.from = append(s.p.taken, raw), append(s.p.to, s.to), append(s.p.from, s.from)
	}
	s.p.mu.Unlock()
	time.Sleep(slow)
	if cut {
		_ = s.conn.Conn().Close()
		return errors.New("cut")
	}
	return answer
}

// mailed is a letter as a reader's program takes it apart.
type mailed struct {
	header     netmail.Header
	to         string // of the envelope
	from       string // likewise: where it comes back to
	text, html string
	raw        string
}

// subject is the subject, decoded.
func (m mailed) subject(t *testing.T) string {
	t.Helper()
	text, err := new(mime.WordDecoder).DecodeHeader(m.header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// links are the addresses in the text.
func (m mailed) links() []string {
	var list []string
	for _, word := range strings.Fields(m.text) {
		if _, token, found := strings.Cut(word, "/c/"); found {
			list = append(list, token)
		}
	}
	return list
}

func parse(t *testing.T, raw []byte) mailed {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s %v", kind, err)
	}
	got := mailed{header: m.Header, raw: string(raw)}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		switch kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind {
		case "text/plain":
			got.text = strings.ReplaceAll(string(text), "\r\n", "\n")
		case "text/html":
			got.html = string(text)
		default:
			t.Fatalf("a part is %s", kind)
		}
	}
}
