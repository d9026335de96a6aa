package api

import (
	"strconv"
	"strings"
)

// etag is the version of a resource as a header has it.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// ifMatch reads the one version that If-Match names. Without the header it is
// [ErrNoMatch]; a header that names no version, several or any is [ErrParameter].
func (c *call) ifMatch() (int64, error) {
	given := c.Request().Header.Values("If-Match")
	if len(given) == 0 {
		return 0, wrong(ErrNoMatch, "If-Match", "required")
	}
	quoted, opened := strings.CutPrefix(strings.TrimSpace(given[0]), `"`)
	text, closed := strings.CutSuffix(quoted, `"`)
	version, err := strconv.ParseInt(text, 10, 64)
	if len(given) > 1 || !opened || !closed || err != nil || version < 0 || etag(version) != strings.TrimSpace(given[0]) {
		return 0, wrong(ErrParameter, "If-Match", "not_a_version")
	}
	return version, nil
}

// ifNoneMatchAny reports whether the caller asks to write only what is not there
// yet: If-None-Match: *.
func (c *call) ifNoneMatchAny() bool { return c.Request().Header.Get("If-None-Match") == "*" }
