package server

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"imprimatur/workflow"
)

// mostRead bounds what is read of a request to learn what it is about: more than a request for a removal
// may have.
const mostRead = 1 << 17

// neverBlocked is the severity from which nobody is kept from reporting, whatever an address has sent
// (R47): somebody may be in danger.
const neverBlocked workflow.Severity = 3

// grave reports whether a request for a removal names a ground of that severity. What it has read is there
// to be read again.
func grave(r *http.Request) bool {
	if r.Body == nil {
		return false
	}
	read, err := io.ReadAll(io.LimitReader(r.Body, mostRead))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(read), r.Body), r.Body}
	if err != nil {
		return false
	}
	info, _ := groundIn(r.Header.Get(echo.HeaderContentType), read).Info()
	return info.Severity >= neverBlocked
}

// groundIn is the ground that a form or a document names; empty for what is neither.
func groundIn(kind string, body []byte) workflow.Ground {
	if media, _, err := mime.ParseMediaType(kind); err == nil && media == echo.MIMEApplicationForm {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return ""
		}
		return workflow.Ground(form.Get("ground"))
	}
	var document struct {
		Ground workflow.Ground `json:"ground"`
	}
	if json.Unmarshal(body, &document) != nil {
		return ""
	}
	return document.Ground
}
