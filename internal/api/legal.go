package api

import (
	"context"
	"strconv"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/publication"
)

// LegalPages keeps the information pages and the charter. publication.LegalPages is one.
type LegalPages interface {
	Read(ctx context.Context, who actor.Actor) (publication.Legal, error)
	Write(ctx context.Context, who actor.Actor, version int64, facts publication.LegalFacts) (publication.Legal, error)
	WriteCharter(ctx context.Context, who actor.Actor, version int64, in publication.CharterInput) (publication.Charter, error)
}

// factsJSON are what an establishment writes of itself; what is left out is empty.
type factsJSON struct {
	Address      string                 `json:"address,omitempty" doc:"Postal; lines end in \\n."`
	Email        string                 `json:"email,omitempty"`
	Phone        string                 `json:"phone,omitempty"`
	ReplyName    string                 `json:"reply_name,omitempty" doc:"The responsable de la rédaction, in charge of the right of reply."`
	ReplyContact string                 `json:"reply_contact,omitempty" doc:"How to reach them."`
	HostName     string                 `json:"host_name,omitempty"`
	HostAddress  string                 `json:"host_address,omitempty"`
	HostPhone    string                 `json:"host_phone,omitempty"`
	Reuse        string                 `json:"reuse,omitempty" doc:"What members may do with what others publish."`
	Protection   string                 `json:"protection,omitempty" doc:"The data protection officer, and how to reach them."`
	Conformity   publication.Conformity `json:"conformity,omitempty" doc:"Of the pages, to the RGAA."`
	Gaps         string                 `json:"gaps,omitempty" doc:"What does not conform; not needed where everything does."`
}

// legalJSON are the information pages (R66), but for what is generated.
type legalJSON struct {
	Version   int64                    `json:"version" doc:"Of the facts; 0 before anybody wrote any."`
	Facts     factsJSON                `json:"facts"`
	WrittenAt time.Time                `json:"written_at,omitzero"`
	Name      string                   `json:"name" doc:"Of the establishment, by the directory."`
	Director  *directorJSON            `json:"director,omitempty" doc:"Who directs the publication now, by the directory; absent while nobody does."`
	Charter   bool                     `json:"charter" doc:"There is a charter."`
	Missing   []publication.LegalField `json:"missing" doc:"What is still to be said before a space can be open to the public web."`
	Paused    time.Time                `json:"paused_since,omitzero" doc:"Since when what is public is read inside the establishment alone, because something is missing."`
}

type directorJSON struct {
	Name     string                     `json:"name"`
	Capacity directory.DirectorCapacity `json:"capacity" doc:"head, or acting while there is none in office"`
}

func (a *API) getLegal(c *call) (answer, error) {
	read, err := a.cfg.Legal.Read(c.Request().Context(), c.who)
	if err != nil {
		return answer{}, err
	}
	return shownLegal(read), nil
}

func (a *API) putLegal(c *call) (answer, error) {
	in, err := decode[factsJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	version, err := c.ifMatch()
	if err != nil {
		return answer{}, err
	}
	kept, err := a.cfg.Legal.Write(c.Request().Context(), c.who, version, publication.LegalFacts(in))
	if err != nil {
		return answer{}, stale(err)
	}
	return shownLegal(kept), nil
}

func shownLegal(l publication.Legal) answer {
	out := legalJSON{
		Version: l.Version, Facts: factsJSON(l.Facts), WrittenAt: l.WrittenAt, Name: l.Name, Charter: l.Charter.Version > 0,
		Missing: append([]publication.LegalField{}, l.Missing()...), Paused: l.Pause.Since,
	}
	if l.Director.Name != "" {
		out.Director = &directorJSON{l.Director.Name, l.Director.Capacity}
	}
	return answer{body: out, tag: strconv.FormatInt(l.Version, 10)}
}

// charterJSON is the text that everybody accepts before they use the service (R01).
type charterJSON struct {
	Version   int64            `json:"version" doc:"0 before there is any: then there is nothing else."`
	Title     string           `json:"title,omitempty"`
	HTML      string           `json:"html,omitempty" doc:"Sanitised."`
	Hash      publication.Hash `json:"hash,omitzero" doc:"Of title and text: what an acceptance names."`
	AdoptedOn day              `json:"adopted_on,omitzero"`
	WrittenAt time.Time        `json:"written_at,omitzero"`
}

type charterInputJSON struct {
	Title     string `json:"title"`
	Body      string `json:"body" doc:"HTML, without pictures."`
	AdoptedOn day    `json:"adopted_on"`
}

func (a *API) getCharter(c *call) (answer, error) {
	read, err := a.cfg.Legal.Read(c.Request().Context(), c.who)
	if err != nil {
		return answer{}, err
	}
	return shownCharter(read.Charter), nil
}

func (a *API) putCharter(c *call) (answer, error) {
	in, err := decode[charterInputJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	version, err := c.ifMatch()
	if err != nil {
		return answer{}, err
	}
	kept, err := a.cfg.Legal.WriteCharter(c.Request().Context(), c.who, version, publication.CharterInput{
		Title: in.Title, Body: in.Body, AdoptedOn: time.Time(in.AdoptedOn),
	})
	if err != nil {
		return answer{}, stale(err)
	}
	return shownCharter(kept), nil
}

func shownCharter(ch publication.Charter) answer {
	out := charterJSON{Version: ch.Version, Title: ch.Title, HTML: ch.HTML.String(), Hash: ch.Hash, AdoptedOn: day(ch.AdoptedOn), WrittenAt: ch.WrittenAt}
	return answer{body: out, tag: strconv.FormatInt(ch.Version, 10)}
}
