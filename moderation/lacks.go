package moderation

import (
	"errors"
	"net/mail"
	"unicode/utf8"

	"imprimatur/internal/directory"
)

// lacks gathers what is wrong with what somebody sent, each by its field and the rule that asks
// for it.
type lacks struct {
	rule   string
	faults []error
}

// when notes that something is wrong.
func (l *lacks) when(wrong bool, field, code string) {
	if wrong {
		l.faults = append(l.faults, &directory.FieldError{Field: field, Code: code, Rule: l.rule})
	}
}

// address notes an e-mail address that is none.
func (l *lacks) address(field, text string) {
	if text != "" {
		address, err := mail.ParseAddress(text)
		l.when(err != nil || address.Address != text, field, "malformed")
	}
}

// bounded is a text that has at most so many characters.
type bounded struct {
	field, text string
	most        int
}

// over notes the texts that are longer than they may be.
func (l *lacks) over(texts ...bounded) {
	for _, b := range texts {
		if utf8.RuneCountInString(b.text) > b.most {
			l.faults = append(l.faults, &directory.FieldError{Field: b.field, Code: "too_long", Rule: l.rule, Limit: b.most})
		}
	}
}

// err is all that is wrong, joined; nil where nothing is.
func (l *lacks) err() error { return errors.Join(l.faults...) }
