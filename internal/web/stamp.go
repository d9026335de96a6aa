package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A form that anybody may send says, under our signature, when it was opened. What comes
// faster than somebody types, long after, without a signature or with the field filled in
// that nobody sees was most probably sent by a machine: then the form comes back once, with all
// that was typed, and goes through when it is sent again. So somebody who is quick, slow or
// helped by their browser presses twice at the most, and no puzzle is set to anybody. What a
// machine can do after that, the server's limits bound.
const (
	quickest = 3 * time.Second
	longest  = 24 * time.Hour
)

// Which time a form is shown.
const (
	opening = "1"
	again   = "2"
)

// stampOf signs a moment and which time the form is shown.
func stampOf(key []byte, at time.Time, turn string) string {
	text := turn + "." + strconv.FormatInt(at.Unix(), 36)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("form " + text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

func (s *Site) stamp(turn string) string { return stampOf(s.cfg.FormKey, s.cfg.Clock(), turn) }

// human reports whether a form was sent as a person sends one.
func (s *Site) human(form url.Values) bool {
	turn, at, ok := s.opened(form.Get("opened"))
	age := s.cfg.Clock().Sub(at)
	return ok && form.Get(trap) == "" && age <= longest && (turn == again || age >= quickest)
}

// trap is the field that people neither see nor hear of.
const trap = "website"

// opened reads a stamp.
func (s *Site) opened(stamp string) (turn string, at time.Time, ok bool) {
	parts := strings.Split(stamp, ".")
	if len(parts) != 3 {
		return "", at, false
	}
	seconds, err := strconv.ParseInt(parts[1], 36, 64)
	if err != nil {
		return "", at, false
	}
	at = time.Unix(seconds, 0)
	return parts[0], at, hmac.Equal([]byte(stamp), []byte(stampOf(s.cfg.FormKey, at, parts[0])))
}
