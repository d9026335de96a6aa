package api

import (
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
)

// reachJSON is how somebody whose answer is missing was told so.
type reachJSON struct {
	Person id.Person  `json:"person"`
	Minor  bool       `json:"minor" doc:"Told in the application alone."`
	ByMail bool       `json:"by_mail" doc:"May be written to: an address is known, and they are no minor. If not, on paper."`
	ReadAt time.Time  `json:"read_at,omitzero" doc:"When they read the notice in the application; absent: not yet."`
	Mail   mail.State `json:"mail,omitempty" doc:"Of the latest letter to their address; absent: none."`
	MailAt time.Time  `json:"mail_at,omitzero" doc:"When it was settled, or is to go."`
}

func shownReach(r imageconsent.Reach) reachJSON {
	return reachJSON{r.Person, r.Minor, r.ByMail(), r.ReadAt, r.Mail, r.MailAt}
}

// resendJSON names who is written to again.
type resendJSON struct {
	Signatory id.Person `json:"signatory" doc:"Whose answer is missing."`
}

// resendLink sends one whose answer is missing their link again.
func (a *API) resendLink(c *call) (answer, error) {
	consent, err := pathID[id.Consent](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[resendJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	if err := a.cfg.Consents.Resend(c.Request().Context(), c.who, consent, in.Signatory); err != nil {
		return answer{}, err
	}
	return a.consent(c, consent)
}
