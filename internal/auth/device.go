package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A browser in which somebody has signed in keeps a card of theirs (OWASP's device
// cookies). With it, attempts are counted by the card and by nothing else: whoever
// guesses beside them, behind the same school's address, does not keep them out; and
// a card that was guessed with too often is worth nothing until its window ends.
//
// A card is signed with the stored hash of the password, whose salt nobody outside
// knows: no key has to be kept for it, and a changed password (R08) ends every card.
// It says when it was given and nothing about whose it is.

// The name of the cards' cookie, by http and by https.
const (
	devicePlain  = "imprimatur_device"
	deviceSecure = "__Host-imprimatur_device"
)

// CardLife is how long a card holds: half a year. A browser keeps those of the last few who
// signed in there: teachers share the computer of a classroom.
const (
	CardLife  = 180 * 24 * time.Hour
	mostCards = 8
)

// perCard is how often a browser that is known may guess.
var perCard = limit{10, 15 * time.Minute}

// The parts of a card: when it was given, what makes it one of its kind, and the seal.
const (
	cardTime  = 8
	cardNonce = 16
	cardBytes = cardTime + cardNonce + sha256.Size
)

// newCard gives a card for whoever has just proved the credential.
func newCard(c Credential, now time.Time) string {
	card := binary.BigEndian.AppendUint64(make([]byte, 0, cardBytes), uint64(now.Unix()))
	nonce := make([]byte, cardNonce)
	_, _ = rand.Read(nonce) // never fails
	card = append(card, nonce...)
	return base64.RawURLEncoding.EncodeToString(append(card, c.seal(card)...))
}

// seal signs what a card says, for this person and this password alone.
func (c Credential) seal(said []byte) []byte {
	h := hmac.New(sha256.New, []byte(c.Hash))
	h.Write([]byte("device\x00" + c.Person.String() + "\x00"))
	h.Write(said)
	return h.Sum(nil)
}

// holds reports whether a card was given for this credential, and not too long ago.
func (c Credential) holds(card string, now time.Time) bool {
	bytes, err := base64.RawURLEncoding.Strict().DecodeString(card)
	if err != nil || len(bytes) != cardBytes || c.Hash == "" {
		return false
	}
	said, sealed := bytes[:cardTime+cardNonce], bytes[cardTime+cardNonce:]
	given := time.Unix(int64(binary.BigEndian.Uint64(said)), 0)
	return hmac.Equal(sealed, c.seal(said)) && now.Before(given.Add(CardLife))
}

// cards are what the browser brings, the latest first. They prove nothing by themselves.
func (s *Service) cards(r *http.Request) []string {
	cookie, err := r.Cookie(s.deviceCookie())
	if err != nil {
		return nil
	}
	all := strings.Split(cookie.Value, ".")
	return all[:min(len(all), mostCards)]
}

func (s *Service) deviceCookie() string {
	if s.secure {
		return deviceSecure
	}
	return devicePlain
}

// card is the one that the browser has of the credential; empty for none.
func (s *Service) card(r *http.Request, c Credential, now time.Time) string {
	for _, card := range s.cards(r) {
		if c.holds(card, now) {
			return card
		}
	}
	return ""
}

// give leaves a fresh card with the browser, in the place of the one that it had of
// the same person.
func (s *Service) give(w http.ResponseWriter, r *http.Request, c Credential, former string, now time.Time) {
	cards := slices.DeleteFunc(s.cards(r), func(card string) bool { return card == former })
	cards = append([]string{newCard(c, now)}, cards...)
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure where readers come by TLS
		Name: s.deviceCookie(), Value: strings.Join(cards[:min(len(cards), mostCards)], "."), Path: "/",
		MaxAge: int(CardLife / time.Second), HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteStrictMode,
	})
}
