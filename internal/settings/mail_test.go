package settings_test

import (
	"encoding/json"
	"testing"
	"time"

	"imprimatur/internal/settings"
)

func TestContactMail(t *testing.T) {
	t.Parallel()
	var v settings.Values
	if got := settings.ContactMail.Of(v); got != "" {
		t.Errorf("by default %q", got)
	}
	for value, fits := range map[string]bool{
		"accueil@college.example": true, "": true, "accueil": false, "Accueil <a@college.example>": false, "a@b.example\r\nBcc: c@d.example": false,
		"a@b.example, c@d.example": false,
	} {
		raw, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := v.Set("contact_mail", raw); (err == nil) != fits {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestMailGathers(t *testing.T) {
	t.Parallel()
	var v settings.Values
	if got := settings.MailGather.Of(v); got != time.Hour {
		t.Errorf("by default %s", got)
	}
	for value, fits := range map[string]bool{`"0s"`: true, `"24h"`: true, `"25h"`: false, `"-1s"`: false, `3600`: false} {
		if _, err := v.Set("mail_gather", json.RawMessage(value)); (err == nil) != fits {
			t.Errorf("%s: %v", value, err)
		}
	}
}
