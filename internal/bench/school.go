package bench

import (
	"context"
	_ "embed" // the statements
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/id"
	"imprimatur/publication"
)

// The size of what is measured in. Every establishment has as many classes, each
// with its pre-moderated blog and its teacher; a public site, and a forum.
const (
	establishments  = 20
	classesEach     = 10
	pupilsEach      = 30
	classes         = establishments * classesEach
	topics          = 8  // in the first establishment's forum
	messagesOfTopic = 50 // a page of them
)

//go:embed seed.sql
var seedSQL string

//go:embed backlog.sql
var backlogSQL string

//go:embed docket.sql
var docketSQL string

// sort tells apart the ids of what the seed makes.
type sort string

// As in seed.sql.
const (
	aTenant       sort = "0001"
	aHead         sort = "0002"
	aTeacher      sort = "0003"
	aPupil        sort = "0004"
	aClass        sort = "0006"
	aBlog         sort = "0007"
	aSite         sort = "0008"
	aForum        sort = "0009"
	aDraft        sort = "0010"
	aDraftText    sort = "0011"
	aPage         sort = "0012"
	aTopic        sort = "0014"
	aWorkerOfSite sort = "0018"
)

// numbered is the id of the nth of a sort, counted from 0. seed.sql has the same.
func numbered(s sort, n int) uuid.UUID {
	return uuid.MustParse(fmt.Sprintf("01900000-0000-7000-8%s-%012x", string(s)[1:], n))
}

// draft is one text that is ready to be submitted, with those who act on it.
type draft struct {
	Tenant       id.Tenant
	Contribution id.Contribution
	Revision     id.Revision
	Author       id.Person
	Moderator    id.Person
}

// nthDraft goes round the classes first and then round their pupils, so that what
// is under way at one time is of many places.
func nthDraft(n int) draft {
	class := n % classes
	return draft{
		Tenant:       id.Tenant{UUID: numbered(aTenant, class/classesEach)},
		Contribution: id.Contribution{UUID: numbered(aDraft, n)},
		Revision:     id.Revision{UUID: numbered(aDraftText, n)},
		Author:       id.Person{UUID: numbered(aPupil, class*pupilsEach+n/classes%pupilsEach)},
		Moderator:    id.Person{UUID: numbered(aTeacher, class)},
	}
}

// page is a published page of a public site.
type page struct {
	Tenant       id.Tenant
	Contribution id.Contribution
	Moderator    id.Person
}

func nthPage(n int) page {
	return page{
		Tenant:       id.Tenant{UUID: numbered(aTenant, n%establishments)},
		Contribution: id.Contribution{UUID: numbered(aPage, n)},
		Moderator:    id.Person{UUID: numbered(aWorkerOfSite, n%establishments)},
	}
}

// nthTopic is a topic of the first establishment's forum, with a page of messages.
func nthTopic(n int) id.Contribution { return id.Contribution{UUID: numbered(aTopic, n%topics)} }

// uai is the code of the nth establishment.
func uai(n int) string { return fmt.Sprintf("0319%03dA", n) }

// text is what everybody writes: an ordinary article of a class, about 1,800
// characters.
const text = `<h2>La sortie au musée</h2><p>Mardi, nous sommes allés au <strong>muséum</strong> de Toulouse avec notre professeure
de sciences. Le voyage en métro a duré vingt minutes et tout le monde avait apporté son carnet de dessins.</p>
<p>Dans la première salle, un guide nous a expliqué comment on retrouve l'âge d'un fossile : on regarde dans quelle couche
de roche il était, et ce qu'on a trouvé <em>autour de lui</em>. Nous avons ensuite travaillé par groupes de quatre.</p>
<ul><li>le premier groupe a mesuré l'empreinte d'un dinosaure ;</li><li>le deuxième a dessiné le squelette du quetzalcoatlus ;</li>
<li>le troisième a classé des coquillages ;</li><li>le dernier a écrit la légende des dessins.</li></ul>
<p>Après le pique-nique dans le jardin, nous avons visité la salle des climats. On y voit une carte du monde qui change avec
les siècles. Ce qui nous a le plus étonnés, c'est que la mer recouvrait autrefois toute la région : voilà pourquoi on trouve
des coquillages dans les champs, loin de la plage.</p>
<blockquote><p>« Un fossile est une page d'un livre dont il manque presque toutes les autres pages. »</p></blockquote>
<p>De retour en classe, chacun a choisi un objet et a préparé un exposé de trois minutes. Les exposés seront présentés aux
familles pendant la semaine des sciences. Merci à tous les parents qui nous ont accompagnés, et à la bibliothécaire qui a
prêté les livres. La prochaine sortie sera consacrée aux étoiles : nous irons à la Cité de l'espace au printemps, et nous
raconterons ici tout ce que nous aurons appris.</p>`

// seed fills the prepared database: the schools, so many drafts and so many
// published pages.
func (m *machine) seed(ctx context.Context, drafts, pages int, now time.Time) error {
	html, err := publication.Sanitize(text)
	if err != nil {
		return err
	}
	return m.load(ctx, "imprimatur", seedSQL, pgx.NamedArgs{
		"establishments": establishments, "classes": classesEach, "pupils": pupilsEach, "drafts": drafts, "pages": pages,
		"topics": topics, "messages": messagesOfTopic, "html": html.String(), "plain": publication.PlainText(html),
		"sanitiser": publication.SanitiserVersion, "now": now,
	})
}

// backlog adds contributions to the first establishment's blogs in one of the
// databases, in the shares of a school: 2 in 100 wait for review, 2 are live and
// wait for a look.
func (m *machine) backlog(ctx context.Context, database string, rows int, now time.Time) error {
	return m.load(ctx, database, backlogSQL, pgx.NamedArgs{
		"rows": rows, "classes": classesEach, "pupils": pupilsEach, "sanitiser": publication.SanitiserVersion, "now": now,
	})
}

// docket adds cases to the first establishment in one of the databases: 20 in 100 are
// to be decided yet.
func (m *machine) docket(ctx context.Context, database string, rows int, now time.Time) error {
	return m.load(ctx, database, docketSQL, pgx.NamedArgs{"rows": rows, "classes": classesEach, "pupils": pupilsEach, "now": now})
}

// load runs a script of statements, as superuser, whose arguments are the same for
// all. It is one transaction, and what is loaded is trusted to be consistent.
func (m *machine) load(ctx context.Context, database, script string, args pgx.NamedArgs) error {
	conn, err := pgx.Connect(ctx, m.adminURL(database))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, `SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '256MB'`); err != nil {
		return err
	}
	for statement := range strings.SplitSeq(script, ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := conn.Exec(ctx, statement, args); err != nil {
			return fmt.Errorf("load %s: %w: %.200s", database, err, statement)
		}
	}
	_, err = conn.Exec(ctx, `VACUUM ANALYZE`)
	return err
}
