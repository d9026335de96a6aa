package web

import (
	"net/http"

	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// ArticlePage is an article with its comments, or a web page.
type ArticlePage struct {
	Base
	Pager
	Crumbs   []Crumb
	Label    string // R13: of what is not reviewed beforehand
	Article  Text
	Files    []*FileNote // of a document
	Comments []Text
	Work     string // where its author and its reviewers follow it
	Print    string // the text on paper; empty where there is no text
	Answer   *AnswerForm
}

// Template names the page's file.
func (*ArticlePage) Template() string { return "article" }

// ThreadPage is a topic with its replies.
type ThreadPage struct {
	Base
	Pager
	Crumbs  []Crumb
	Label   string
	Topic   Text
	Replies []Text
	Work    string
	Answer  *AnswerForm
}

// Template names the page's file.
func (*ThreadPage) Template() string { return "thread" }

// showText shows a contribution at its address. What answers another is shown
// there; what was renamed since is found by its id.
func (s *Site) showText(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	after := publication.Cursor(v.QueryParam("after"))
	read, err := s.cfg.Reader.Contribution(v.Request().Context(), v.viewer(), c)
	if err != nil {
		return err
	}
	p := read.Published
	if address := v.house.text(read.Place.Slug, p); p.Visible() && v.Request().URL.Path != address {
		return v.Redirect(http.StatusSeeOther, address)
	}
	if p.Kind == publication.Topic || after != "" {
		return s.showThread(v, c, after)
	}
	return v.reading(statusOf(p), read.Sheet, func() (Page, error) { return v.articlePage(read) })
}

func (s *Site) showThread(v *visit, c id.Contribution, after publication.Cursor) error {
	read, err := s.cfg.Reader.Thread(v.Request().Context(), v.viewer(), c, after)
	if err != nil {
		return err
	}
	if read.Topic.Kind == publication.Article {
		page := publication.ContributionPage{Place: read.Place, Published: read.Topic, Comments: read.Replies, Next: read.Next, Sheet: read.Sheet}
		return v.reading(statusOf(read.Topic), read.Sheet, func() (Page, error) { return v.articlePage(page) })
	}
	return v.reading(statusOf(read.Topic), read.Sheet, func() (Page, error) { return v.threadPage(read) })
}

func (v *visit) articlePage(read publication.ContributionPage) (Page, error) {
	base, err := v.base(v.titleOf(read.Published))
	if err != nil {
		return nil, err
	}
	base.Feed = v.house.spaceFeed(read.Place.Slug)
	if v.stops, err = v.mayStop(read.Place); err != nil {
		return nil, err
	}
	work, err := v.follow(read.Place, read.Published)
	if err != nil {
		return nil, err
	}
	page := &ArticlePage{
		Base: base, Pager: v.pager(string(read.Next)), Crumbs: v.crumbs(read.Place), Label: read.Place.Label,
		Article: v.text(read.Place.Mode, read.Published), Comments: v.texts(read.Place.Mode, read.Comments), Work: work,
		Files: v.documentFiles(read.Published),
	}
	if printable(read.Published) {
		page.Print = v.house.text(read.Place.Slug, read.Published) + "/print.pdf"
	}
	if read.Published.Kind == publication.Article {
		page.Answer, err = v.answer(&page.Base, read.Place, read.Published, publication.Comment)
	}
	return page, err
}

func (v *visit) threadPage(read publication.ThreadPage) (Page, error) {
	base, err := v.base(v.titleOf(read.Topic))
	if err != nil {
		return nil, err
	}
	base.Feed = v.house.spaceFeed(read.Place.Slug)
	if v.stops, err = v.mayStop(read.Place); err != nil {
		return nil, err
	}
	work, err := v.follow(read.Place, read.Topic)
	if err != nil {
		return nil, err
	}
	page := &ThreadPage{
		Base: base, Pager: v.pager(string(read.Next)), Crumbs: v.crumbs(read.Place), Label: read.Place.Label,
		Topic: v.text(read.Place.Mode, read.Topic), Replies: v.texts(read.Place.Mode, read.Replies), Work: work,
	}
	page.Answer, err = v.answer(&page.Base, read.Place, read.Topic, publication.Reply)
	return page, err
}

func (v *visit) titleOf(p publication.Published) string {
	if !p.Visible() {
		return v.Text("tombstone.title")
	}
	if p.Title == "" {
		return v.Text("kind." + string(p.Kind))
	}
	return p.Title
}

func (v *visit) crumbs(place publication.Place) []Crumb {
	return []Crumb{{v.house.home(), v.Text("nav.home")}, {v.house.space(place.Slug), place.Title}}
}

// follow leads from a text to where it is decided, and those alone to whom that opens.
func (v *visit) follow(place publication.Place, p publication.Published) (string, error) {
	if !v.belongs() || !v.works() {
		return "", nil
	}
	answers, err := v.site.cfg.Writer.Answers(v.Request().Context(), v.actor(), place.ID)
	if err != nil || !answers {
		return "", err
	}
	return v.house.item(p.ID), nil
}

// AnswerForm is where a comment or a reply is written, below what it answers.
type AnswerForm struct {
	*Base
	Heading, Label, Send string
	Next                 string // what happens to the answer
	URL                  string
	Typed, HTML          string
	Labels               string // of the editor
	Upload               string // where pictures are sent
}

// answer is the form below a text; nil where the visitor cannot answer it.
func (v *visit) answer(base *Base, place publication.Place, p publication.Published, kind publication.Kind) (*AnswerForm, error) {
	if p.Exposure != workflow.Visible {
		return nil, nil //nolint:nilnil // a form that is not offered is no error
	}
	desk, _, err := v.desk(place)
	if err != nil || desk == nil {
		return nil, err
	}
	base.Assets.Editor = v.site.assets.Editor
	return &AnswerForm{
		Base: base, Heading: v.Text("write.answer_" + string(kind)), Label: v.Text("write.your_" + string(kind)),
		Send: v.Text("write.submit_" + string(place.Mode)), Next: v.Text("write.next_" + string(place.Mode)),
		URL: v.house.write(place.ID.String(), p.ID), Labels: v.site.labels[v.Lang()], Upload: v.house.desk("photos"),
	}, nil
}
