package settings

import (
	netmail "net/mail"
	"strings"
	"time"
)

// What families are written by mail.
var (
	// MailGather is how long a letter gathers what its reader is told.
	MailGather = declare(Parameter[time.Duration]{
		key: "mail_gather", theme: ThemeMail, authority: Service, initial: time.Hour, form: between(0, 24*time.Hour),
		about: "What somebody is told by mail within this time goes in one letter.",
	})
	// ContactMail is where answers to letters go.
	ContactMail = declare(Parameter[string]{
		key: "contact_mail", theme: ThemeMail, authority: Service, initial: "", form: address(),
		about: "Address of the establishment that families answer to; empty: letters say that nobody reads answers.",
	})
)

// address is an e-mail address without a name, or nothing.
func address() form[string] {
	return form[string]{
		kind: Mail, bounds: "an e-mail address, or nothing", decode: plain[string],
		admits: func(s string) bool { return s == "" || IsAddress(s) },
	}
}

// IsAddress reports whether s is an e-mail address that can be written to, without a name.
func IsAddress(s string) bool {
	parsed, err := netmail.ParseAddress(s)
	return err == nil && parsed.Address == s && len(s) <= 254 && !strings.ContainsAny(s, " \"<>")
}
