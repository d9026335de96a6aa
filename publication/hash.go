package publication

import (
	"bytes"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
)

// Hash is the SHA-256 of one exact text. Decisions name it (R19): an approval binds
// this text and no other. The zero Hash is of nothing.
type Hash [sha256.Size]byte

// IsZero reports whether the hash is of nothing.
func (h Hash) IsZero() bool { return h == Hash{} }

// String gives 64 lower-case hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads the form that String gives.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if hex.DecodedLen(len(s)) != len(h) {
		return Hash{}, fmt.Errorf("parse hash: %d characters, want %d", len(s), hex.EncodedLen(len(h)))
	}
	if _, err := hex.Decode(h[:], []byte(s)); err != nil {
		return Hash{}, fmt.Errorf("parse hash: %w", err)
	}
	return h, nil
}

// MarshalText gives the form of String, for JSON too.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads it.
func (h *Hash) UnmarshalText(text []byte) (err error) {
	*h, err = ParseHash(string(text))
	return err
}

// Value stores the hash as bytea, the zero hash as NULL.
func (h Hash) Value() (driver.Value, error) {
	if h.IsZero() {
		return nil, nil //nolint:nilnil // this is how a driver.Valuer says NULL
	}
	return h[:], nil
}

// Scan reads bytea, NULL as the zero hash.
func (h *Hash) Scan(src any) error {
	switch src := src.(type) {
	case nil:
		*h = Hash{}
		return nil
	case []byte:
		if len(src) != len(h) {
			return fmt.Errorf("scan hash: %d bytes, want %d", len(src), len(h))
		}
		copy(h[:], src)
		return nil
	default:
		return fmt.Errorf("scan hash: from %T", src)
	}
}

// Sealed is all that a revision's hash covers (DESIGN, "What a hash covers").
type Sealed struct {
	Kind         string
	Space        id.Space
	Title        string
	HTML         HTML
	Language     string
	Attributions []Attribution
	Photos       []SealedPhoto // in the order of the text
	Sanitiser    string        // the SanitiserVersion that made HTML
}

// SealedPhoto is a photo of a revision with the hashes of the pictures derived from
// it, which are what is published (R32).
type SealedPhoto struct {
	ID          uuid.UUID
	Derivatives []Hash
}

// hashed are pictures as a hash covers them.
func hashed(pictures []imageconsent.Picture) []SealedPhoto {
	list := make([]SealedPhoto, len(pictures))
	for i, p := range pictures {
		list[i] = SealedPhoto{p.Photo.UUID, []Hash{p.Rendition.Hash}}
	}
	return list
}

// Sum is the SHA-256 of the canonical JSON.
func (s Sealed) Sum() Hash { return sha256.Sum256(s.Canonical()) }

// Canonical gives JSON by RFC 8785 (keys in order, no white space, shortest
// strings), its text composed (NFC): the same bytes for the same text, whoever
// wrote it on whatever keyboard.
func (s Sealed) Canonical() []byte {
	photos := make([]any, len(s.Photos))
	for i, p := range s.Photos {
		hashes := make([]any, len(p.Derivatives))
		for j, h := range p.Derivatives {
			hashes[j] = h.String()
		}
		photos[i] = object{{"derivatives", hashes}, {"id", p.ID.String()}}
	}
	attributions := make([]any, len(s.Attributions))
	for i, a := range s.Attributions {
		attributions[i] = a.canonical()
	}
	var b bytes.Buffer
	writeCanonical(&b, object{
		{"attributions", attributions},
		{"html", s.HTML.String()},
		{"kind", s.Kind},
		{"language", s.Language},
		{"photos", photos},
		{"sanitiser", s.Sanitiser},
		{"space", s.Space.String()},
		{"title", s.Title},
	})
	return b.Bytes()
}

func (a Attribution) canonical() object {
	authors := make([]any, len(a.Authors))
	for i, author := range a.Authors {
		authors[i] = object{{"capacity", author.Capacity}, {"name", author.Name}}
	}
	uses := make([]any, len(a.Uses))
	for i, use := range a.Uses {
		uses[i] = use
	}
	return object{
		{"adaptation", a.Adaptation},
		{"adapted", a.Adapted},
		{"authors", authors},
		{"basis", a.Basis},
		{"created", a.Created},
		{"source", a.Source},
		{"uses", uses},
	}
}

// object is a JSON object whose members are already in the order of their keys.
type object []member

type member struct {
	key   string
	value any
}

// writeCanonical writes objects, arrays, strings and booleans: all that is sealed.
func writeCanonical(b *bytes.Buffer, value any) {
	switch v := value.(type) {
	case object:
		open := byte('{')
		for _, m := range v {
			b.WriteByte(open)
			writeString(b, m.key)
			b.WriteByte(':')
			writeCanonical(b, m.value)
			open = ','
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeCanonical(b, item)
		}
		b.WriteByte(']')
	case string:
		writeString(b, norm.NFC.String(v))
	case bool:
		b.WriteString(strconv.FormatBool(v))
	default:
		panic(fmt.Sprintf("seal: a value of type %T has no canonical form here", value))
	}
}

// shortEscapes are the control characters that have one.
var shortEscapes = map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

// writeString escapes what RFC 8785 section 3.2.2.2 says, and nothing else.
func writeString(b *bytes.Buffer, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch short, ok := shortEscapes[r]; {
		case ok:
			b.WriteString(short)
		case r < ' ':
			fmt.Fprintf(b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}
