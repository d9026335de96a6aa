package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// SpaceFormPage is where a space is created or set.
type SpaceFormPage struct {
	Base
	Action  string
	Form    SpaceForm
	Selects []Select
	Send    string
	Offers  []OfferForm
}

// Template names the page's file.
func (*SpaceFormPage) Template() string { return "space_form" }

// SpaceForm is what is typed of a space; what is chosen is in the lists.
type SpaceForm struct {
	Version      int64
	Title, About string
}

// Select is a list to choose one thing from, or any number, in parts.
type Select struct {
	ID, Label, Hint string
	Options         []Option
	Parts           []Part
}

// spaceFields are the form's fields of the domain's.
var spaceFields = map[string]string{
	"description": "about", "audience.group": "audience", "audience.ent": "audience", "grants": "moderators",
}

// spaceNeeds are the fields that a rule about spaces is about.
var spaceNeeds = map[string]string{"audience": "audience", "mode": "mode", "owner": "owner", "authorisations": "audience", "legal_pages": "audience"}

// spaceInput reads the form.
func spaceInput(form url.Values) (publication.SpaceInput, int64) {
	version, _ := strconv.ParseInt(form.Get("version"), 10, 64)
	in := publication.SpaceInput{
		Title: form.Get("title"), Description: strings.ReplaceAll(form.Get("about"), "\r\n", "\n"),
		Kind: publication.SpaceKind(form.Get("kind")), Mode: workflow.Mode(form.Get("mode")), Audience: audience(form.Get("audience")),
	}
	in.Owner, _ = id.Parse[id.Person](form.Get("owner"))   // nobody chosen is nobody,
	in.Backup, _ = id.Parse[id.Person](form.Get("backup")) // and R15 says so
	in.PressDirector, _ = id.Parse[id.Person](form.Get("press_director"))
	in.Grants = append(granted(actor.Contributor, form["writers"]), granted(actor.Moderator, form["moderators"])...)
	return in, version
}

// audience reads "establishment", "public_web", "group:" and "ent:" with an id.
func audience(text string) publication.Audience {
	kind, which, _ := strings.Cut(text, ":")
	a := publication.Audience{Kind: publication.AudienceKind(kind)}
	switch a.Kind {
	case publication.ToGroup:
		a.Group, _ = id.Parse[id.Group](which)
	case publication.ToENT:
		a.ENT, _ = id.Parse[id.ENT](which)
	case publication.ToEstablishment, publication.ToPublicWeb:
	}
	return a
}

func audienceCode(a publication.Audience) string {
	switch a.Kind {
	case publication.ToGroup:
		return string(a.Kind) + ":" + a.Group.String()
	case publication.ToENT:
		return string(a.Kind) + ":" + a.ENT.String()
	case publication.ToEstablishment, publication.ToPublicWeb:
	}
	return string(a.Kind)
}

// setting is a space in the form, new while it has no id.
type setting struct {
	space   id.Space
	version int64
	in      publication.SpaceInput
	ents    []publication.ENT
	offers  []workflow.Offer
}

func (v *visit) settingPage(st setting, err error) (*SpaceFormPage, error) {
	base, failed := v.base(v.Text("spaces.edit_title", "Title", st.in.Title))
	if failed != nil {
		return nil, failed
	}
	page := &SpaceFormPage{
		Base: base, Action: v.house.desk("spaces", st.space.String()), Send: v.Text("spaces.send_edit"),
		Form: SpaceForm{st.version, strings.ToValidUTF8(st.in.Title, ""), strings.ToValidUTF8(st.in.Description, "")},
	}
	if st.space.IsZero() {
		page.Title, page.Action, page.Send = v.Text("spaces.new_title"), v.house.desk("spaces", "new"), v.Text("spaces.send_new")
	}
	if page.Selects, failed = v.selects(st); failed != nil {
		return nil, failed
	}
	for _, o := range st.offers {
		if slices.Contains(onSpaces, o.Action) {
			page.Offers = append(page.Offers, v.offerForm(o, page.Action+"/act", st.version, time.Time{}))
		}
	}
	page.Faults = v.spaceFaults(err)
	return page, nil
}

// onSpaces are the acts on a space that have their form here; configuring is the
// page's own.
var onSpaces = []workflow.Action{workflow.Close, workflow.Reopen, workflow.Freeze, workflow.Unfreeze, workflow.Restore, workflow.Unarchive}

func (v *visit) spaceFaults(err error) Faults {
	faults := v.faults(err, spaceFields)
	for i := range faults {
		if strings.HasPrefix(faults[i].Field, "legal_") { // what the information pages lack (R66)
			faults[i].Field = "audience"
		}
	}
	for _, unmet := range refusalIn(err).Unmet {
		field, ok := spaceNeeds[unmet.Name]
		if !ok {
			field = "title"
		}
		faults = append(faults, Fault{field, v.Need(unmet.Name, unmet.Rule)})
	}
	if errors.Is(err, directory.ErrTaken) {
		faults = append(faults, Fault{"title", v.Text("fault.taken")})
	}
	return faults
}

func (v *visit) selects(st setting) ([]Select, error) {
	ctx := v.Request().Context()
	groups, err := v.site.cfg.Directory.Groups(ctx, v.actor())
	if err != nil {
		return nil, err
	}
	people, err := v.site.cfg.Directory.Colleagues(ctx, v.actor())
	if err != nil {
		return nil, err
	}
	var list []Select
	modes := options(v, "mode.", workflow.Modes(), st.in.Mode)
	if st.space.IsZero() {
		list = append(list, v.choose("kind", options(v, "space_kind.", publication.SpaceKinds(), st.in.Kind)))
		modes = append([]Option{{"", v.Text("spaces.mode_chosen"), st.in.Mode == ""}}, modes...)
	}
	list = append(list,
		v.choose("mode", modes), v.choose("audience", v.audiences(st, groups)),
		v.chooseMany("writers", v.writers(people, groups, st.in.Grants)), v.chooseMany("moderators", v.moderators(people, groups, st.in.Grants)),
		v.choose("owner", v.persons("spaces.nobody", people, st.in.Owner)), v.choose("backup", v.persons("spaces.nobody", people, st.in.Backup)),
	)
	if st.in.Mode != workflow.PupilPress && (!st.space.IsZero() || v.house.Level != directory.Lycee) {
		return list, nil
	}
	pupils, err := v.site.cfg.Directory.PressPupils(ctx, v.actor())
	if err != nil {
		return nil, err
	}
	return append(list, v.choose("press_director", v.persons("spaces.no_press_director", append(people, pupils...), st.in.PressDirector))), nil
}

func (v *visit) choose(name string, options []Option) Select {
	s := Select{ID: name, Label: v.Text("spaces.field_" + name), Options: options}
	if hint, err := v.T("spaces.hint_" + name); err == nil {
		s.Hint = hint
	}
	return s
}

func options[T ~string](v *visit, prefix string, list []T, chosen T) []Option {
	out := make([]Option, len(list))
	for i, code := range list {
		out[i] = Option{string(code), v.Text(prefix + string(code)), code == chosen}
	}
	return out
}

func (v *visit) audiences(st setting, groups []directory.GroupListing) []Option {
	chosen := audienceCode(st.in.Audience)
	add := func(list []Option, code, label string) []Option {
		return append(list, Option{code, label, code == chosen})
	}
	list := add(nil, string(publication.ToEstablishment), v.Text("audience.establishment"))
	for _, g := range groups {
		list = add(list, audienceCode(publication.Audience{Kind: publication.ToGroup, Group: g.ID}), v.Text("spaces.group", "Name", g.Name))
	}
	for _, ent := range st.ents {
		list = add(list, audienceCode(publication.Audience{Kind: publication.ToENT, ENT: ent.ID}), v.Text("spaces.ent", "Name", ent.Name))
	}
	return add(list, string(publication.ToPublicWeb), v.Text("audience.public_web"))
}

// persons are who may be chosen, by name, after the words for nobody. Who is chosen already is
// there even if they do not belong here any more.
func (v *visit) persons(nobody string, people []directory.Listed, chosen id.Person) []Option {
	list := []Option{}
	found := chosen.IsZero()
	for _, p := range people {
		list = append(list, Option{p.ID.String(), p.FullName(), p.ID == chosen})
		found = found || p.ID == chosen
	}
	i18n.SortBy(v.Printer, list, func(o Option) string { return o.Label })
	if !found {
		list = append(list, Option{chosen.String(), v.Text("spaces.as_before"), true})
	}
	return append([]Option{{"", v.Text(nobody), false}}, list...)
}
