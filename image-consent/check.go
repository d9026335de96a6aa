package imageconsent

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"imprimatur/internal/directory"
)

// checkLine refuses what is not one line of visible text of that length, in characters.
func checkLine(field, text string, limit int) *directory.FieldError {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return &directory.FieldError{Field: field, Code: "not_text"}
	}
	return checkText(field, text, limit)
}

// checkText refuses what is not text of that length, in characters.
func checkText(field, text string, limit int) *directory.FieldError {
	switch {
	case text == "":
		return &directory.FieldError{Field: field, Code: "required"}
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return &directory.FieldError{Field: field, Code: "not_text"}
	case utf8.RuneCountInString(text) > limit:
		return &directory.FieldError{Field: field, Code: "too_long", Limit: limit}
	}
	return nil
}
