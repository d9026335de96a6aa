package imageconsent

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"imprimatur/internal/directory"
)

// checkLine refuses what is not one line of visible text of that length, in characters, by
// the rule that asks for it.
func checkLine(field, text string, limit int, rule string) *directory.FieldError {
	if strings.ContainsRune(text, '\n') {
		return &directory.FieldError{Field: field, Code: "not_text", Rule: rule}
	}
	return checkText(field, text, limit, rule)
}

// checkText refuses what is not text of that length, in characters, in one line or several.
func checkText(field, text string, limit int, rule string) *directory.FieldError {
	fault := &directory.FieldError{Field: field, Rule: rule}
	switch {
	case text == "":
		fault.Code = "required"
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }):
		fault.Code = "not_text"
	case utf8.RuneCountInString(text) > limit:
		fault.Code, fault.Limit = "too_long", limit
	default:
		return nil
	}
	return fault
}
