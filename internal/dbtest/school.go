package dbtest

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"imprimatur/internal/id"
)

// School is a database with two establishments in it, for tests: Collège Les
// Tilleuls with a class, a pre-moderated class blog, a post-moderated forum and
// public pages, and Lycée Les Platanes to prove the walls. Everybody has read the
// briefing.
type School struct {
	*DB
	Tilleuls, Platanes     id.Tenant
	Lina, Noe              id.Person // pupils of 5A, minors
	Martin, Diallo         id.Person // teacher, moderates the blog and owns it; librarian, owns the forum
	Garcia, Petit          id.Person // head and director; deputy
	Haddad                 id.Person // Lina's guardian, with parental authority
	Roche, Zoe             id.Person // of the lycée: head, pupil
	Class, ClassOfPlatanes id.Group
	ENT                    id.ENT
	Blog, Forum, Web       id.Space // of the collège
	Press                  id.Space // of the lycée, PUPIL_PRESS
}

// Now is the school's present: a Tuesday morning in November 2026, in term.
var Now = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

// NewSchool gives the test a fresh database with a school in it.
func NewSchool(t testing.TB) *School {
	t.Helper()
	return newSchool(t, New(t))
}

// NewSchool is NewSchool on a server of the test's own.
func (s *Server) NewSchool(t testing.TB) *School {
	t.Helper()
	return newSchool(t, s.New(t))
}

func newSchool(t testing.TB, db *DB) *School {
	t.Helper()
	s := &School{DB: db}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.AdminURL())
	if err != nil {
		t.Fatalf("connect to seed the school: %v", err)
	}
	defer conn.Close(ctx)
	seed := &seeding{t: t, conn: conn}
	seed.directory(ctx, s)
	seed.legal(ctx, s)
	seed.spaces(ctx, s)
	return s
}

// seeding writes rows as the superuser, before any wall.
type seeding struct {
	t    testing.TB
	conn *pgx.Conn
}

func (d *seeding) exec(ctx context.Context, sql string, args ...any) {
	d.t.Helper()
	if _, err := d.conn.Exec(ctx, sql, args...); err != nil {
		d.t.Fatalf("seed the school: %v\n%s", err, sql)
	}
}

func (d *seeding) tenant(ctx context.Context, uai, name, level string) id.Tenant {
	tenant := id.New[id.Tenant]()
	d.exec(ctx, `INSERT INTO tenant (tenant_id, uai, name, kind, level, city) VALUES ($1, $2, $3, 'establishment', $4, 'Toulouse')`,
		tenant, uai, name, level)
	return tenant
}

func (d *seeding) person(ctx context.Context, external, given, family, born, profile string, tenants ...id.Tenant) id.Person {
	person := id.New[id.Person]()
	d.exec(ctx, `INSERT INTO person (person_id, source, external_id, given_name, family_name, birth_date) VALUES ($1, 'test', $2, $3, $4, nullif($5, '')::date)`,
		person, external, given, family, born)
	for _, tenant := range tenants {
		d.exec(ctx, `INSERT INTO membership (membership_id, tenant_id, person_id, profile) VALUES ($1, $2, $3, $4)`,
			id.New[id.Person](), tenant, person, profile)
		d.exec(ctx, `INSERT INTO briefing (tenant_id, person_id, version, answers, read_at) VALUES ($1, $2, '1', '{}', $3)`,
			tenant, person, Now.AddDate(0, -2, 0))
	}
	return person
}

func (d *seeding) group(ctx context.Context, tenant id.Tenant, name string, pupils []id.Person, staff ...id.Person) id.Group {
	group := id.New[id.Group]()
	d.exec(ctx, `INSERT INTO groups (group_id, tenant_id, kind, name) VALUES ($1, $2, 'class', $3)`, group, tenant, name)
	for capacity, persons := range map[string][]id.Person{"pupil": pupils, "staff": staff} {
		for _, person := range persons {
			d.exec(ctx, `INSERT INTO group_member (tenant_id, group_id, person_id, capacity) VALUES ($1, $2, $3, $4)`, tenant, group, person, capacity)
		}
	}
	return group
}

func (d *seeding) directory(ctx context.Context, s *School) {
	s.Tilleuls = d.tenant(ctx, "0310000Z", "Collège Les Tilleuls", "college")
	s.Platanes = d.tenant(ctx, "0310001Y", "Lycée Les Platanes", "lycee")
	s.ENT = id.New[id.ENT]()
	d.exec(ctx, `INSERT INTO ent (ent_id, name) VALUES ($1, 'ENT de test')`, s.ENT)
	for _, tenant := range []id.Tenant{s.Tilleuls, s.Platanes} {
		d.exec(ctx, `INSERT INTO ent_member (ent_id, tenant_id) VALUES ($1, $2)`, s.ENT, tenant)
	}
	s.Lina = d.person(ctx, "lina", "Lina", "Haddad", "2014-03-02", "pupil", s.Tilleuls)
	s.Noe = d.person(ctx, "noe", "Noé", "Perrin", "2014-07-19", "pupil", s.Tilleuls)
	s.Martin = d.person(ctx, "martin", "Paul", "Martin", "1984-01-12", "teacher", s.Tilleuls, s.Platanes)
	s.Diallo = d.person(ctx, "diallo", "Awa", "Diallo", "1979-05-30", "staff", s.Tilleuls)
	s.Garcia = d.person(ctx, "garcia", "Inès", "Garcia", "1970-09-08", "staff", s.Tilleuls)
	s.Petit = d.person(ctx, "petit", "Marc", "Petit", "1975-11-23", "staff", s.Tilleuls)
	s.Haddad = d.person(ctx, "haddad-1", "Samia", "Haddad", "", "guardian", s.Tilleuls)
	s.Roche = d.person(ctx, "roche", "Hélène", "Roche", "1968-02-14", "staff", s.Platanes)
	s.Zoe = d.person(ctx, "zoe", "Zoé", "Lambert", "2009-10-01", "pupil", s.Platanes)
	d.exec(ctx, `INSERT INTO guardianship (pupil_id, guardian_id, parental_authority, relation) VALUES ($1, $2, true, '10')`, s.Lina, s.Haddad)
	s.Class = d.group(ctx, s.Tilleuls, "5A", []id.Person{s.Lina, s.Noe}, s.Martin)
	s.ClassOfPlatanes = d.group(ctx, s.Platanes, "1G2", []id.Person{s.Zoe}, s.Martin)
	for tenant, head := range map[id.Tenant]id.Person{s.Tilleuls: s.Garcia, s.Platanes: s.Roche} {
		d.exec(ctx, `INSERT INTO director (tenant_id, person_id, capacity, during) VALUES ($1, $2, 'head', '[2024-09-01,)')`, tenant, head)
	}
}

// legal has both establishments say of themselves all that their information pages need
// (R66); addresses and numbers are nobody's.
func (d *seeding) legal(ctx context.Context, s *School) {
	const facts = `{"address": "1 rue des Essais\n31000 Toulouse", "email": "accueil@college.example", "phone": "05 36 49 00 01",
		"reply_name": "Marc Petit", "reply_contact": "redaction@college.example", "host_name": "Hébergeur d'essai", "host_address": "2 rue des Essais\n31000 Toulouse",
		"host_phone": "05 36 49 00 02", "reuse": "Entre membres, pour apprendre.", "protection": "dpd@academie.example", "conformity": "none", "gaps": "Les anciens PDF."}`
	for tenant, head := range map[id.Tenant]id.Person{s.Tilleuls: s.Garcia, s.Platanes: s.Roche} {
		d.exec(ctx, `INSERT INTO legal (tenant_id, version, facts, written_by, written_at) VALUES ($1, 1, $2, $3, $4)`, tenant, facts, head, Now.AddDate(0, -3, 0))
		d.exec(ctx, `INSERT INTO charter (tenant_id, version, title, html, hash, adopted_on, written_by, written_at)
			VALUES ($1, 1, 'Charte d''essai', '<p>Respectons-nous.</p>', sha256('x'), '2026-06-30', $2, $3)`, tenant, head, Now.AddDate(0, -3, 0))
	}
}

func (d *seeding) spaces(ctx context.Context, s *School) {
	const insert = `INSERT INTO space (space_id, tenant_id, slug, title, kind, mode, audience, audience_group, owner_id, backup_id, status, version, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', 1, $11)`
	s.Blog, s.Forum, s.Web, s.Press = id.New[id.Space](), id.New[id.Space](), id.New[id.Space](), id.New[id.Space]()
	created := Now.AddDate(0, -2, 0)
	d.exec(ctx, insert, s.Blog, s.Tilleuls, "blog-5a", "Le blog de la 5A", "blog", "PRE", "group", s.Class, s.Martin, s.Diallo, created)
	d.exec(ctx, insert, s.Forum, s.Tilleuls, "club-lecture", "Club lecture", "forum", "POST", "establishment", nil, s.Diallo, s.Martin, created)
	d.exec(ctx, insert, s.Web, s.Tilleuls, "site", "Le site du collège", "web", "PRE", "public_web", nil, s.Petit, s.Diallo, created)
	d.exec(ctx, insert, s.Press, s.Platanes, "gazette", "La Gazette", "blog", "PUPIL_PRESS", "establishment", nil, s.Martin, s.Roche, created)
	const role = `INSERT INTO space_role (tenant_id, space_id, person_id, group_id, role) VALUES ($1, $2, $3, $4, $5)`
	d.exec(ctx, role, s.Tilleuls, s.Blog, nil, s.Class, "contributor")
	d.exec(ctx, role, s.Tilleuls, s.Blog, s.Martin, nil, "moderator")
	d.exec(ctx, role, s.Tilleuls, s.Forum, nil, s.Class, "contributor")
	d.exec(ctx, role, s.Tilleuls, s.Web, s.Diallo, nil, "moderator")
	d.exec(ctx, role, s.Tilleuls, s.Web, s.Martin, nil, "contributor")
	d.exec(ctx, role, s.Platanes, s.Press, nil, s.ClassOfPlatanes, "contributor")
	d.exec(ctx, role, s.Platanes, s.Press, s.Martin, nil, "moderator")
}
