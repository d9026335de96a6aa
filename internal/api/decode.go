package api

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// What a body may be: 1 MiB of text, with its quoting. A form of ours is a few
// levels deep.
const (
	maxBody  = 1<<20 + 64<<10
	maxDepth = 32
)

// media is what the body of a request may be.
const media = "application/json"

// readBody reads a JSON body whole, or answers with [ErrMediaType] or [ErrTooLarge].
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != media || !strings.EqualFold(or(params["charset"], "utf-8"), "utf-8") {
		return nil, wrong(ErrMediaType, "Content-Type", "unsupported")
	}
	if r.ContentLength > maxBody {
		return nil, tooLarge()
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, tooLarge()
	case err != nil:
		return nil, fmt.Errorf("%w: %w", &RequestError{Err: ErrMalformed}, err)
	}
	return body, nil
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func tooLarge() error {
	return &RequestError{Err: ErrTooLarge, Faults: []Fault{{Field: "body", Code: "too_large", Limit: maxBody}}}
}

// decode reads exactly one JSON value of type T. What is not JSON in UTF-8, or
// has a name twice, is [ErrMalformed]; an unknown field, a field of another type,
// and NUL in a text are [ErrInvalid] and name the field.
func decode[T any](body []byte) (T, error) {
	var in T
	if err := check(body); err != nil {
		return in, err
	}
	err := json.Unmarshal(body, &in, json.RejectUnknownMembers(true), json.MatchCaseInsensitiveNames(false))
	var semantic *json.SemanticError
	switch {
	case err == nil:
		return in, nil
	case errors.Is(err, json.ErrUnknownName) && errors.As(err, &semantic):
		return in, wrong(ErrInvalid, dotted(semantic.JSONPointer), "unknown")
	case errors.As(err, &semantic):
		return in, wrong(ErrInvalid, dotted(semantic.JSONPointer), "wrong_type")
	}
	return in, malformed(err)
}

// check walks the body before anything is made of it: form, depth and NUL.
func check(body []byte) error {
	d := jsontext.NewDecoder(strings.NewReader(string(body)))
	for {
		token, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return malformed(err)
		}
		if d.StackDepth() > maxDepth {
			return wrong(ErrMalformed, "", "too_deep")
		}
		if token.Kind() == '"' && strings.ContainsRune(token.String(), 0) {
			return wrong(ErrInvalid, dotted(d.StackPointer()), "not_text")
		}
		if d.StackDepth() == 0 && d.InputOffset() < int64(len(strings.TrimRight(string(body), " \t\r\n"))) {
			return wrong(ErrMalformed, "", "trailing_data")
		}
	}
}

// malformed says where the JSON ends to be JSON.
func malformed(err error) error {
	field, code := "", "not_json"
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) {
		field = dotted(syntactic.JSONPointer)
	}
	if errors.Is(err, jsontext.ErrDuplicateName) {
		code = "duplicate"
	}
	return wrong(ErrMalformed, field, code)
}

// dotted writes a JSON pointer as clients read a path: reason.text. A name that
// is long is cut: it was sent by a stranger.
func dotted(p jsontext.Pointer) string {
	var parts []string
	for token := range p.Tokens() {
		if len(token) > 60 {
			token = strings.ToValidUTF8(token[:60], "") + "…"
		}
		parts = append(parts, token)
	}
	return strings.Join(parts, ".")
}
