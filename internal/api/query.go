package api

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"imprimatur/internal/directory"
)

// parameter is one parameter of a query, as the document describes it.
type parameter struct {
	name string
	doc  string
	form any // an example of its type: "", 0, an id or an enumerated word
	// needed: the service refuses a call without it.
	needed bool
}

// The sizes of a page.
const (
	defaultLimit = 25
	maxLimit     = 100
)

var (
	afterParam = parameter{name: "after", doc: "Where the page begins: the next of the page before.", form: ""}
	limitParam = parameter{name: "limit", doc: "Items on the page: 25 unless told, 100 at most.", form: 0}
	paged      = []parameter{afterParam, limitParam}
	// logged is paged for a log, which nobody reads without a reason.
	logged = append([]parameter{{name: "reason", doc: "Why the log is read (R60). The trail tells that it was.", form: directory.LogReason(""), needed: true}}, paged...)
)

// parseQuery reads a query in which every parameter is known, given once, and text.
func parseQuery(raw string, known []parameter) (url.Values, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, wrong(ErrParameter, "", "malformed")
	}
	var faults []Fault
	for name, given := range values {
		switch {
		case !slices.ContainsFunc(known, func(p parameter) bool { return p.name == name }):
			faults = append(faults, Fault{Field: cut(name), Code: "unknown"})
		case len(given) > 1:
			faults = append(faults, Fault{Field: name, Code: "repeated"})
		case !utf8.ValidString(given[0]) || strings.ContainsRune(given[0], 0):
			faults = append(faults, Fault{Field: name, Code: "not_text"})
		}
	}
	if len(faults) > 0 {
		slices.SortFunc(faults, func(a, b Fault) int { return strings.Compare(a.Field, b.Field) })
		return nil, &RequestError{Err: ErrParameter, Faults: faults}
	}
	return values, nil
}

// cut shortens what a stranger has named.
func cut(name string) string {
	name = strings.ToValidUTF8(strings.ReplaceAll(name, "\x00", ""), "")
	if len(name) > 60 {
		return strings.ToValidUTF8(name[:60], "") + "…"
	}
	return name
}

// limit is the size of the page that was asked for.
func (c *call) limit() (int, error) {
	text := c.query.Get("limit")
	if text == "" {
		return defaultLimit, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxLimit {
		return 0, &RequestError{Err: ErrParameter, Faults: []Fault{{Field: "limit", Code: "out_of_range", Limit: maxLimit}}}
	}
	return n, nil
}

// queryID reads an optional id from the query.
func queryID[T ~struct{ uuid.UUID }](c *call, name string) (T, error) {
	var none T
	text := c.query.Get(name)
	if text == "" {
		return none, nil
	}
	read, err := parseID[T](text)
	if err != nil {
		return none, wrong(ErrParameter, name, "not_an_id")
	}
	return read, nil
}

// pathID reads an id from the path. What is malformed names nothing:
// [directory.ErrNotFound].
func pathID[T ~struct{ uuid.UUID }](c *call, name string) (T, error) {
	read, err := parseID[T](c.Param(name))
	if err != nil {
		return read, directory.ErrNotFound
	}
	return read, nil
}

// word reads an optional word of a closed list from the query.
func word[S ~string](c *call, name string, known []S) (S, error) {
	given := S(c.query.Get(name))
	if given != "" && !slices.Contains(known, given) {
		return "", wrong(ErrParameter, name, "unknown")
	}
	return given, nil
}

// flag reads an optional yes or no from the query.
func (c *call) flag(name string) (bool, error) {
	switch c.query.Get(name) {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, wrong(ErrParameter, name, "unknown")
}

// logReason is why a log is read (R60), as the caller says it.
func (c *call) logReason() directory.LogReason { return directory.LogReason(c.query.Get("reason")) }
