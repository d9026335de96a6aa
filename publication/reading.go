package publication

import (
	"slices"
	"strings"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// PublicWeb is the scope that everybody holds.
const PublicWeb = "public_web"

// House is what anybody may know of an establishment.
type House struct {
	Tenant   id.Tenant
	UAI      string
	Name     string
	City     string
	TimeZone string // IANA name
	Level    directory.Level
	Halted   string // why nobody can write anywhere in it (R54); empty while they can
}

// Viewer is somebody at the reading door of an establishment: which audiences they
// belong to, and nothing else about them. Scopes come from [Reader.Viewer].
type Viewer struct {
	Tenant id.Tenant // of the path
	Scopes []string
}

// Anonymous is a viewer of whom nothing is known.
func Anonymous(tenant id.Tenant) Viewer { return Viewer{tenant, []string{PublicWeb}} }

// reads reports whether the viewer belongs to a place's audience, or answers for
// that very place.
func (v Viewer) reads(scope, space string) bool {
	return slices.Contains(v.Scopes, scope) || slices.Contains(v.Scopes, space)
}

// Place is a space as its readers see it.
type Place struct {
	ID          id.Space
	Slug        string
	Title       string
	Description string
	Kind        SpaceKind
	Mode        workflow.Mode // R13: what is not PRE carries its label
	Audience    AudienceKind
	Status      workflow.SpaceStatus
	Scope       string // the audience that a viewer has to belong to
	Frozen      bool   // nobody writes there until somebody has looked, or for a while (R26, R54)
	Label       string // R13: the establishment's words for what is not reviewed beforehand; empty in PRE
	// PressDirector is who directs the publication of a pupils' paper, while they belong to the
	// establishment, as a byline would name them (R14). It is there on the page of the space alone.
	PressDirector string
}

// Paused reports whether a space that is open to the public web is read inside the
// establishment alone for now (R66).
func (p Place) Paused() bool { return p.Audience == ToPublicWeb && p.Scope != PublicWeb }

// Published is a contribution as readers see it. What is masked, withdrawn, blocked
// or purged is a tombstone: its id, place, kind, exposure and dates, and no content.
type Published struct {
	ID           id.Contribution
	Space        id.Space
	Parent       id.Contribution // of a reply or a comment
	Kind         Kind
	Exposure     workflow.Exposure // visible, or why not
	Reference    string            // of the case by which it was withdrawn; empty in a list
	Number       int
	Slug         string
	Title        string
	HTML         HTML    // zero in a list
	Frames       []Frame // of its pictures, in the order of the text; none in a list
	Excerpt      string
	Byline       string
	Language     string
	Attributions []Attribution // R17: shown beside the work
	Contributors []string      // R37: of a collective work, in which the establishment holds the rights; none in a list
	Hash         Hash
	Reviewed     bool       // R13: a human has looked and let it stand
	Inserted     []Inserted // R57: replies of those whom it names or designates, the first first; none in a list
	Suggested    bool       // R18: it reads as a moderator had proposed, and the establishment says so; false in a list
	Label        string     // R13: of its space, in a feed
	PublishedAt  time.Time
	UpdatedAt    time.Time
}

// Frame is the place of a picture or a file on a page: it stays, whether it may be seen or
// not.
type Frame struct {
	Photo  id.Photo `json:"id"`
	Width  int      `json:"width"` // of the standard size, in pixels; 0 of a file
	Height int      `json:"height"`
	Format string   `json:"format"` // of a file; empty for a picture
	Bytes  int64    `json:"bytes"`  // of a file
	Shown  bool     `json:"-"`      // it may be seen at this moment
}

// DocumentFile is a file of a document as its readers find it.
type DocumentFile struct {
	Frame
	About string // what it holds, in words; empty where it is not shown
}

// Files gives the files of a document, in its order; none of anything else.
func (p Published) Files() []DocumentFile {
	if p.Kind != Document {
		return nil
	}
	_, described := TakeApart(p.HTML)
	var files []DocumentFile
	for _, one := range described {
		for _, frame := range p.Frames {
			if frame.Photo == one.Photo {
				files = append(files, DocumentFile{frame, one.Alt})
			}
		}
	}
	return files
}

// Words gives the text without the files of a document, which are shown beside it.
func (p Published) Words() HTML { return p.Kind.Words(p.HTML) }

// Words gives a text of this kind without the files of a document.
func (k Kind) Words(h HTML) HTML {
	if k != Document {
		return h
	}
	words, _ := TakeApart(h)
	return words
}

// Visible reports whether there is content to show.
func (p Published) Visible() bool { return p.Exposure == workflow.Visible }

// Listed is a line in a list: a contribution without its text, and what answers it.
type Listed struct {
	Published
	Replies int       // visible replies or comments, counted up to MostReplies
	LastAt  time.Time // when the last of them, or the contribution itself, went live
}

// MostReplies is where a list stops counting replies: a count of MostReplies means
// "that many or more".
const MostReplies = 1000

// Shelf is a space with what is newest in it.
type Shelf struct {
	Place  Place
	Latest []Listed // without counts
}

// HomePage is what an establishment's home shows a viewer.
type HomePage struct {
	Shelves []Shelf // of the viewer's audiences, by title
	Sheet
}

// SpacePage is a page of a space's articles, topics or web pages, newest first.
type SpacePage struct {
	Place Place
	Items []Listed
	Next  Cursor // empty on the last page
	Sheet
}

// ContributionPage is an article with its first comments, a topic alone, a web page,
// or a single reply or comment.
type ContributionPage struct {
	Place     Place
	Published Published
	Comments  []Published // oldest first
	Next      Cursor      // of further comments, for [Reader.Thread]
	Sheet
}

// ThreadPage is a topic, or an article, with a page of what answers it, oldest first.
type ThreadPage struct {
	Place   Place
	Topic   Published
	Replies []Published
	Next    Cursor // empty on the last page
	Sheet
}

// Position is a place in a list: just after the contribution that went live then.
// The zero position is the list's beginning.
type Position struct {
	At time.Time
	ID id.Contribution
}

// IsZero reports whether the position is the list's beginning.
func (p Position) IsZero() bool { return p.ID.IsZero() }

// joined names a set of audiences, whatever their order.
func joined(scopes []string) string {
	sorted := slices.Sorted(slices.Values(scopes))
	return strings.Join(slices.Compact(sorted), ",")
}
