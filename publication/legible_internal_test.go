package publication

import "testing"

// What nobody sees is neither a title nor a way to disguise one.
func TestVisibleOnly(t *testing.T) {
	t.Parallel()
	for typed, kept := range map[string]string{
		"\u200b": "", "\u202eabc": "abc", "te\u200btuer": "tetuer", "\ufeffLe hérisson ": "Le hérisson",
		"👨\u200d👩\u200d👧": "👨\u200d👩\u200d👧", "a\u200db": "ab", "\u00adcoupé": "coupé",
	} {
		if got := visibleOnly(typed); got != kept {
			t.Errorf("%q became %q, want %q", typed, got, kept)
		}
	}
	for text, seen := range map[string]bool{"\u2800": false, "\u2800 \u3164\n": false, "\u0301": false, "": false, "…": true, "☀": true, "7": true, "é": true} {
		if legible(text) != seen {
			t.Errorf("%q is legible: %t", text, !seen)
		}
	}
}
