package api

import (
	"time"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// cannedInputJSON is a text that a house proposes to whoever decides.
type cannedInputJSON struct {
	Title      string           `json:"title" doc:"To find it by; at most 100 characters."`
	Verdict    workflow.Verdict `json:"verdict,omitempty" doc:"Absent: of any."`
	Ground     workflow.Ground  `json:"ground,omitempty" doc:"Absent: of any."`
	ToAuthor   string           `json:"to_author,omitempty" doc:"At most 5,000 characters; this, the next or both."`
	ToReporter string           `json:"to_reporter,omitempty"`
	Language   string           `json:"language,omitempty" doc:"fr unless told, or en."`
}

// cannedJSON is one that is kept.
type cannedJSON struct {
	ID      id.Canned `json:"id"`
	Version int64     `json:"version"`
	cannedInputJSON
	ChangedAt time.Time `json:"changed_at"`
}

func shownCanned(r moderation.CannedReason) cannedJSON {
	return cannedJSON{r.ID, r.Version, cannedInputJSON{r.Title, r.Verdict, r.Ground, r.ToAuthor, r.ToReporter, r.Language}, r.ChangedAt}
}

func (in cannedInputJSON) domain() moderation.CannedReason {
	return moderation.CannedReason{
		Title: in.Title, Verdict: in.Verdict, Ground: in.Ground, ToAuthor: in.ToAuthor, ToReporter: in.ToReporter, Language: in.Language,
	}
}

func (a *API) listCanned(c *call) (answer, error) {
	all, err := a.cfg.Cases.CannedReasons(c.Request().Context(), c.who)
	if err != nil {
		return answer{}, err
	}
	return answer{body: listOf(all, "", shownCanned)}, nil
}

func (a *API) postCanned(c *call) (answer, error) {
	in, err := decode[cannedInputJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	kept, err := a.cfg.Cases.KeepCanned(c.Request().Context(), c.who, in.domain())
	if err != nil {
		return answer{}, err
	}
	return answer{body: shownCanned(kept), version: kept.Version}, nil
}

// putCanned writes another version of the one that was looked at.
func (a *API) putCanned(c *call) (answer, error) {
	in, err := decode[cannedInputJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	reason := in.domain()
	if reason.ID, reason.Version, err = pathCanned(c); err != nil {
		return answer{}, err
	}
	kept, err := a.cfg.Cases.KeepCanned(c.Request().Context(), c.who, reason)
	if err != nil {
		return answer{}, stale(err)
	}
	return answer{body: shownCanned(kept), version: kept.Version}, nil
}

func (a *API) deleteCanned(c *call) (answer, error) {
	reason, version, err := pathCanned(c)
	if err != nil {
		return answer{}, err
	}
	return answer{}, stale(a.cfg.Cases.DropCanned(c.Request().Context(), c.who, reason, version))
}

// pathCanned is the reason that a path names, and the version that was looked at.
func pathCanned(c *call) (id.Canned, int64, error) {
	reason, err := pathID[id.Canned](c, "reason")
	if err != nil {
		return reason, 0, err
	}
	version, err := c.ifMatch()
	return reason, version, err
}
