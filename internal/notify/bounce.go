package notify

import (
	"bufio"
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
	"time"

	"imprimatur/internal/id"
	"imprimatur/internal/mail"
)

// A letter comes back to an address of its own: the one that mail comes back to, with the
// letter's id and its token after a plus, as mail servers deliver to the part before it. Who
// knows neither notes nothing.

// returnText writes id and token as a part of an address: without case, as some servers
// lower it.
var returnText = base32.StdEncoding.WithPadding(base32.NoPadding)

// returnAddress is where a letter comes back to.
func returnAddress(bounces *netmail.Address, l mail.Letter) string {
	user, host, _ := strings.Cut(bounces.Address, "@")
	return user + "+" + strings.ToLower(returnText.EncodeToString(append(slices.Clone(l.ID.UUID[:]), l.Token...))) + "@" + host
}

// tagged finds id and token in an address.
var tagged = regexp.MustCompile(`\+([A-Za-z2-7]{40})@`)

// returned is the letter that a return address is of, and its token.
func returned(address string) (letter id.Letter, token []byte, ok bool) {
	found := tagged.FindStringSubmatch(address)
	if found == nil {
		return id.Letter{}, nil, false
	}
	decoded, err := returnText.DecodeString(strings.ToUpper(found[1]))
	if err != nil || len(decoded) != len(letter.UUID)+mail.TokenBytes {
		return id.Letter{}, nil, false
	}
	copy(letter.UUID[:], decoded)
	return letter, decoded[len(letter.UUID):], true
}

// Bouncer notes what came back.
type Bouncer interface {
	// Bounce notes that a letter came back, and tells whether one has: only a letter that was
	// sent does, and once. why is a delivery status, such as "5.1.1".
	Bounce(ctx context.Context, letter id.Letter, token []byte, why string, now time.Time) (bool, error)
}

// longestBounce bounds how much is read of a message: the status is at its beginning, and
// the letter itself may be behind it.
const longestBounce = 1 << 20

// Bounced reads a message that came to a return address, and notes that its letter came back
// where it is a delivery status notification (RFC 3464) that says so for good. recipient is
// the address that it came to; empty: whatever the message says that it is. An answer by
// somebody who is away, a delay and what is no message at all are none, and no error. The
// errors are the database's and those of reading.
func Bounced(ctx context.Context, to Bouncer, recipient string, message io.Reader, now time.Time) (bool, error) {
	m, err := netmail.ReadMessage(io.LimitReader(message, longestBounce))
	if err != nil {
		return false, nil //nolint:nilerr // whoever sent it is told nothing: it would come back again
	}
	letter, token, ok := returned(recipient)
	for _, name := range []string{"X-Original-To", "Delivered-To", "To"} {
		if !ok {
			letter, token, ok = returned(m.Header.Get(name))
		}
	}
	why := failure(m)
	if !ok || why == "" {
		return false, nil
	}
	noted, err := to.Bounce(ctx, letter, token, "code "+why, now)
	if err != nil {
		return false, fmt.Errorf("note that letter %s came back: %w", letter, err)
	}
	return noted, nil
}

// failure is the status of a delivery that has failed for good; empty for anything else.
func failure(m *netmail.Message) string {
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(params["report-type"], "delivery-status") {
		return ""
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil {
			return ""
		}
		if kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type")); kind == "message/delivery-status" || kind == "message/global-delivery-status" {
			return failed(part)
		}
	}
}

// statusText is a delivery status as RFC 3463 writes it.
var statusText = regexp.MustCompile(`^5\.\d{1,3}\.\d{1,3}$`)

// failed looks for a recipient to whom nothing will be delivered. A letter has one; the first
// block is about the message.
func failed(status io.Reader) string {
	blocks := textproto.NewReader(bufio.NewReader(status))
	for {
		block, err := blocks.ReadMIMEHeader()
		if why, _, _ := strings.Cut(block.Get("Status"), " "); strings.EqualFold(block.Get("Action"), "failed") && statusText.MatchString(why) {
			return why
		}
		if err != nil && (errors.Is(err, io.EOF) || len(block) == 0) {
			return ""
		}
	}
}
