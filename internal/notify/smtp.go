package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// SMTP is a mail server. It is talked to under TLS, except on this machine.
type SMTP struct {
	host      string
	options   []gomail.Option
	from      *netmail.Address
	bounces   *netmail.Address // nil: letters come back to the sender, and nobody notes it
	perMinute int
}

// conversation bounds each half of a conversation: until the server has let us in, and
// until it has taken a letter.
const conversation = 8 * time.Second

// The schemes of a mail server's address, and their usual ports.
var ports = map[string]int{"smtp": 587, "smtps": 465}

// NewSMTP reads a mail server's address, smtp://user:password@host:port or smtps://…, and
// the sender's; bounces is the address that letters come back to, each with a tag of its own,
// or empty. An error repeats nothing of the first: there is a password in it.
func NewSMTP(address, from, bounces string, perMinute int) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || ports[u.Scheme] == 0 || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("not a mail server's address, such as smtp://user:password@host:587 or smtps://host")
	}
	sender, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("%q is no sender's address", from)
	}
	port := ports[u.Scheme]
	if text := u.Port(); text != "" {
		if port, err = strconv.Atoi(text); err != nil || port < 1 || port > 65535 {
			return nil, errors.New("a mail server's port is from 1 to 65535")
		}
	}
	s := &SMTP{host: u.Hostname(), from: sender, perMinute: perMinute}
	if bounces != "" {
		if s.bounces, err = mailbox(bounces); err != nil {
			return nil, fmt.Errorf("%q is no address for letters to come back to", bounces)
		}
	}
	s.options = []gomail.Option{gomail.WithPort(port), gomail.WithTimeout(conversation), gomail.WithTLSPolicy(gomail.TLSMandatory)}
	switch {
	case u.Scheme == "smtps":
		s.options = append(s.options, gomail.WithSSL())
	case local(u.Hostname()):
		s.options = append(s.options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if name := u.User.Username(); name != "" {
		password, _ := u.User.Password()
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(name), gomail.WithPassword(password))
	}
	if _, err := gomail.NewClient(s.host, s.options...); err != nil {
		return nil, errors.New("not a mail server's address, such as smtp://user:password@host:587 or smtps://host")
	}
	return s, nil
}

// local reports whether a host is this machine.
func local(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// connection is a conversation with the mail server.
type connection struct{ client *gomail.Client }

// dial begins a conversation, and signs in.
func (s *SMTP) dial(ctx context.Context) (connection, error) {
	client, err := gomail.NewClient(s.host, s.options...)
	if err == nil {
		err = client.DialWithContext(ctx)
	}
	if err != nil {
		return connection{}, fmt.Errorf("reach the mail server: %w", plainly(err))
	}
	return connection{client}, nil
}

// send hands over one letter. What the server will never take for this address is a
// [refused]; of anything else it may think otherwise later.
func (c connection) send(m *gomail.Msg) error {
	err := c.client.Send(m)
	if err == nil || m.IsDelivered() {
		return nil // whatever came after the server had taken it
	}
	fault, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return plainly(err)
	}
	if fault.ErrorCode() >= 500 && ofAddress(fault.Reason) {
		return &refused{fault.ErrorCode()}
	}
	return fmt.Errorf("mail server: %s, code %d", fault.Reason, fault.ErrorCode())
}

// ofAddress reports whether a refusal is of the address or the letter, and not of us as a
// sender: that is for the machine's administrator to mend.
func ofAddress(reason gomail.SendErrReason) bool {
	return reason == gomail.ErrSMTPRcptTo || reason == gomail.ErrSMTPData || reason == gomail.ErrSMTPDataClose
}

func (c connection) close() { _ = c.client.Close() }

// refused is a mail server's last word on a letter.
type refused struct{ code int }

// Error is the server's code: its text is the server's own, and may name anybody.
func (r *refused) Error() string { return "code " + strconv.Itoa(r.code) }

// plainly is a network's error by what went wrong, without what a server said.
func plainly(err error) error {
	if fault, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("%s: %w", fault.Op, fault.Err)
	}
	return errors.New(brief(err.Error()))
}

// brief is the beginning of what went wrong, on one line.
func brief(text string) string { return cut(oneLine(text), 200) }

// mailbox reads an address that mail is to go to: one, without a name, on one line.
func mailbox(text string) (*netmail.Address, error) {
	address, err := netmail.ParseAddress(text)
	if err != nil || address.Address != text || strings.ContainsAny(text, "\r\n \"<>,;") {
		return nil, errors.New("no address")
	}
	return address, nil
}
