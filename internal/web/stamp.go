package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"time"

	"imprimatur/moderation"
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

// stampOf signs a moment, which time the form is shown, and a number of its own.
func stampOf(key []byte, at time.Time, turn string) string {
	return signed(key, turn+"."+strconv.FormatInt(at.Unix(), 36)+"."+rand.Text())
}

func signed(key []byte, text string) string {
	return text + "." + base64.RawURLEncoding.EncodeToString(keyed(key, "form "+text)[:16])
}

func keyed(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func (s *Site) stamp(turn string) string { return stampOf(s.cfg.FormKey, s.cfg.Clock(), turn) }

// sending is what makes the form one report, however often it arrives: a stamp is good for one
// sending, of what was typed into it.
func (s *Site) sending(form url.Values) moderation.Sending {
	typed := maps.Clone(form)
	delete(typed, "opened")
	return moderation.Sending{Seed: [32]byte(keyed(s.cfg.FormKey, "sent "+form.Get("opened"))), Form: sha256.Sum256([]byte(typed.Encode()))}
}

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
	if len(parts) != 4 {
		return "", at, false
	}
	seconds, err := strconv.ParseInt(parts[1], 36, 64)
	if err != nil {
		return "", at, false
	}
	return parts[0], time.Unix(seconds, 0), hmac.Equal([]byte(stamp), []byte(signed(s.cfg.FormKey, strings.Join(parts[:3], "."))))
}
