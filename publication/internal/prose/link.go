package prose

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

// maxLink is longer than any address that a browser's bar takes.
const maxLink = 2048

// CleanLink gives the address that a link may lead to, in one spelling, or nothing.
// Allowed are http and https with a host and without a password (those are there
// to deceive), mailto, and paths of this site. Hosts are written in ASCII, so that
// a reviewer sees a look-alike name for what it is.
func CleanLink(raw string) string {
	raw = strings.Map(dropBreaks, strings.Trim(raw, asciiSpace))
	u, err := url.Parse(raw)
	if err != nil || raw == "" || len(raw) > maxLink || !allowedLink(u) {
		return ""
	}
	clean := escapeRest(u.String())
	again, err := url.Parse(clean)
	if err != nil || !allowedLink(again) || again.String() != clean || len(clean) > maxLink {
		return ""
	}
	return clean
}

// dropBreaks does what browsers do inside addresses.
func dropBreaks(r rune) rune {
	if r == '\n' || r == '\r' || r == '\t' {
		return -1
	}
	return r
}

func allowedLink(u *url.URL) bool {
	switch u.Scheme {
	case "http", "https":
		return u.User == nil && asciiHost(u)
	case "mailto":
		return strings.Contains(u.Opaque, "@")
	case "":
		return u.Host == "" && u.User == nil && strings.HasPrefix(u.Path, "/") &&
			!strings.HasPrefix(u.Path, "//") && !strings.Contains(u.Path, `\`)
	default:
		return false
	}
}

func asciiHost(u *url.URL) bool {
	name := u.Hostname()
	if name == "" {
		return false
	}
	if strings.Contains(name, ":") { // an IPv6 address
		return true
	}
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil {
		return false
	}
	if port := u.Port(); port != "" {
		ascii += ":" + port
	}
	u.Host = ascii
	return true
}

// escapeRest escapes what url.URL leaves as it was in queries and opaque parts.
func escapeRest(s string) string {
	var b strings.Builder
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}'", c) >= 0 {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// ownPhoto is the only picture address allowed: a photo of ours, by its id.
var ownPhoto = regexp.MustCompile(`^/photos/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
