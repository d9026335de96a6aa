package directory_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	b := setup(t)
	err := b.db.Load(t.Context(), func(l postgres.Loading) error {
		for external, name := range map[string][2]string{"coeur": {"Anne-Cécile", "Lecœur"}, "percent": {"Zed", "100%_\\'x"}} {
			p, err := l.Person(t.Context(), directory.Person{Source: "test", ExternalID: external, GivenName: name[0], FamilyName: name[1]})
			if err != nil {
				return err
			}
			if err := l.Membership(t.Context(), directory.Membership{Tenant: b.Tilleuls, Person: p, Profile: directory.Teacher}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text  string
		limit int
		want  string // external ids
	}{
		{"noe", 0, "noe"},
		{"NOÉ perrin", 0, "noe"},
		{"perrin n", 0, "noe"},
		{"LECOEUR", 0, "coeur"},
		{"lecœur", 0, "coeur"},
		{"anne cecile", 0, "coeur"},
		{"cecile", 0, "coeur"},
		{"ecile", 0, ""}, // the beginning of a word
		{"had", 0, "lina haddad-1"},
		{"%", 50, "lina noe diallo garcia martin coeur petit haddad-1 percent"},
		{"ar", 0, ""},
		{"zoe", 0, ""}, // of the lycée
		{"roche", 0, ""},
		{"' OR true --", 0, ""},
		{"", 2, "lina noe"}, // of my own class first
	} {
		found, err := b.dir.Search(t.Context(), b.at(b.Martin), tt.text, tt.limit)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
		}
		var got []string
		for _, one := range found {
			got = append(got, one.ExternalID)
		}
		if tt.text == "%" { // all of them: the order is by name, after those of the class
			if len(got) != 9 || got[0] != "lina" || got[1] != "noe" {
				t.Errorf("everybody: %v", got)
			}
			continue
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%q: %s", tt.text, diff)
		}
	}
}

func TestASearchTellsWhatToChooseBy(t *testing.T) {
	t.Parallel()
	b := setup(t)
	found, err := b.dir.Search(t.Context(), b.at(b.Martin), "lina", 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []directory.Listed{{
		ID: b.Lina, ExternalID: "lina", GivenName: "Lina", FamilyName: "Haddad", Profile: directory.Pupil, Groups: []string{"5A"}, Near: true,
	}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
	if name := found[0].FullName(); name != "Lina Haddad" {
		t.Errorf("named %s", name)
	}
}

func TestWhoMaySearch(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for who, want := range map[id.Person]error{
		b.Lina: directory.ErrForbidden, b.Haddad: directory.ErrForbidden, b.Roche: directory.ErrNotFound, {}: directory.ErrNotFound,
		b.Garcia: nil, b.Petit: nil,
	} {
		_, err := b.dir.Search(t.Context(), b.at(who), "lina", 0)
		wantErr(t, err, want)
	}
	for text, want := range map[string]string{strings.Repeat("a", 101): "q too_long", "a\x00b": "q not_text", "\xff": "q not_text"} {
		_, err := b.dir.Search(t.Context(), b.at(b.Martin), text, 0)
		if diff := cmp.Diff([]string{want}, faults(err)); diff != "" {
			t.Errorf("%.10q: %s", text, diff)
		}
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	b := setup(t)
	class := directory.Group{ID: b.Class, Tenant: b.Tilleuls, Kind: directory.Class, Name: "5A"}
	for who, want := range map[id.Person][]directory.GroupListing{
		b.Martin: {{Group: class, Pupils: 2, Staff: 1, Mine: true}},
		b.Diallo: {{Group: class, Pupils: 2, Staff: 1}},
		b.Lina:   {{Group: class, Pupils: 2, Staff: 1, Mine: true}},
		b.Haddad: nil,
	} {
		groups, err := b.dir.Groups(t.Context(), b.at(who))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, groups); diff != "" {
			t.Errorf("%s: %s", who, diff)
		}
	}
	_, err := b.dir.Groups(t.Context(), b.at(b.Zoe))
	wantErr(t, err, directory.ErrNotFound)
}

func TestWhoSeesWhatOfAFile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.dir.SetStanding(t.Context(), b.at(b.Garcia), suspension(b, b.Lina, 1)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		who, of id.Person
		whole   bool
		want    error
	}{
		{"oneself", b.Lina, b.Lina, true, nil},
		{"the director", b.Garcia, b.Lina, true, nil},
		{"a colleague", b.Martin, b.Lina, false, nil},
		{"a classmate", b.Noe, b.Lina, false, directory.ErrNotFound},
		{"a neighbour's head", b.Roche, b.Lina, false, directory.ErrNotFound},
		{"of a neighbour", b.Garcia, b.Zoe, false, directory.ErrNotFound},
		{"of nobody", b.Garcia, id.New[id.Person](), false, directory.ErrNotFound},
	} {
		file, err := b.dir.File(t.Context(), b.at(tt.who), tt.of)
		wantErr(t, err, tt.want)
		if tt.want != nil {
			continue
		}
		if whole := !file.Person.BirthDate.IsZero() && len(file.Standings) == 1; whole != tt.whole {
			t.Errorf("%s: whole %t: %+v", tt.name, whole, file)
		}
		if len(file.Groups) != 1 || len(file.Memberships) != 1 || len(file.Guardians) != 1 || file.Guardians[0].ID != b.Haddad || file.BriefedAt.IsZero() {
			t.Errorf("%s: %+v", tt.name, file)
		}
	}
}
