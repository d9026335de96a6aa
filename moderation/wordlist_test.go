package moderation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// faultsOf are the fields at fault, with their codes, in alphabetical order.
func faultsOf(err error) []string {
	var list []string
	var walk func(error)
	walk = func(err error) {
		if many, ok := err.(interface{ Unwrap() []error }); ok {
			for _, one := range many.Unwrap() {
				walk(one)
			}
			return
		}
		var field *directory.FieldError
		if errors.As(err, &field) {
			list = append(list, field.Field+" "+field.Code)
		}
	}
	walk(err)
	slices.Sort(list)
	return list
}

func goodList() WordList {
	return WordList{Name: "Insultes", Ground: "INJ", Severity: 2, Action: Hold, Words: []string{"sot", "va te faire", "idiot*"}}
}

// TestWhatAListMayBe holds each limit of a word list from both sides (R21).
func TestWhatAListMayBe(t *testing.T) {
	t.Parallel()
	many := func(n int) (words []string) {
		for i := range n {
			words = append(words, fmt.Sprint("mot", i))
		}
		return words
	}
	for name, test := range map[string]struct {
		change func(*WordList)
		want   []string
	}{
		"as it should be":        {func(*WordList) {}, nil},
		"no name":                {func(l *WordList) { l.Name = " \t" }, []string{"name required"}},
		"a name of two lines":    {func(l *WordList) { l.Name = "a\nb" }, []string{"name required"}},
		"a name with NUL":        {func(l *WordList) { l.Name = "a\x00b" }, []string{"name required"}},
		"a name that is no text": {func(l *WordList) { l.Name = "\xff" }, []string{"name required"}},
		"the longest name":       {func(l *WordList) { l.Name = strings.Repeat("é", MaxListName) }, nil},
		"too long a name":        {func(l *WordList) { l.Name = strings.Repeat("é", MaxListName+1) }, []string{"name too_long"}},
		"an unknown ground":      {func(l *WordList) { l.Ground = "RUDE" }, []string{"ground unknown"}},
		"severity 0":             {func(l *WordList) { l.Severity = 0 }, []string{"severity out_of_range"}},
		"severity 1":             {func(l *WordList) { l.Severity = 1 }, nil},
		"severity 4":             {func(l *WordList) { l.Severity = 4 }, nil},
		"severity 5":             {func(l *WordList) { l.Severity = 5 }, []string{"severity out_of_range"}},
		"passing":                {func(l *WordList) { l.Action = Pass }, []string{"action unknown"}},
		"no words":               {func(l *WordList) { l.Words = nil }, []string{"words required"}},
		"the longest word":       {func(l *WordList) { l.Words = []string{strings.Repeat("é", MaxWord)} }, nil},
		"too long a word":        {func(l *WordList) { l.Words = []string{strings.Repeat("é", MaxWord+1)} }, []string{"words too_long"}},
		"a word of signs":        {func(l *WordList) { l.Words = []string{"sot", "*"} }, []string{"words no_word"}},
		"a word of two lines":    {func(l *WordList) { l.Words = []string{"a\nb"} }, []string{"words no_word"}},
		"the most words":         {func(l *WordList) { l.Words = many(MaxWords) }, nil},
		"too many words":         {func(l *WordList) { l.Words = many(MaxWords + 1) }, []string{"words too_many"}},
		"everything at once": {func(l *WordList) { *l = WordList{} }, []string{
			"action unknown", "ground unknown", "name required", "severity out_of_range", "words required",
		}},
	} {
		l := goodList()
		test.change(&l)
		err := l.validate()
		if diff := cmp.Diff(test.want, faultsOf(err)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if (err != nil) != (test.want != nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// keeping is a transaction for whoever keeps word lists, or does not.
type keeping struct {
	Tx
	roles   actor.Roles
	owns    bool
	written int
}

func (k *keeping) Roles(context.Context, id.Person, id.Space, time.Time) (actor.Roles, error) {
	return k.roles, nil
}
func (k *keeping) Owns(context.Context, id.Person) (bool, error) { return k.owns, nil }
func (k *keeping) WordLists(context.Context) ([]WordList, error) { return []WordList{goodList()}, nil }
func (k *keeping) InsertWordList(context.Context, WordList) error {
	k.written++
	return workflow.ErrStale
}
func (k *keeping) UpdateWordList(context.Context, WordList) error {
	k.written++
	return workflow.ErrStale
}
func (k *keeping) DeleteWordList(context.Context, id.WordList, int64) error {
	k.written++
	return workflow.ErrStale
}

// TestWhoKeepsTheLists tries every role alone on every act: a pupil who may
// write here does not read what is looked for (R09, R21).
func TestWhoKeepsTheLists(t *testing.T) {
	t.Parallel()
	for _, role := range actor.AllRoles() {
		for _, owns := range []bool{false, true} {
			want := owns || role == actor.Director || role == actor.Admin
			tx := &keeping{roles: actor.NewRoles(role), owns: owns}
			s := NewService(Config{
				InTx:  func(_ context.Context, _ id.Tenant, do func(Tx) error) error { return do(tx) },
				Clock: func() time.Time { return noon },
			})
			who := somebody(id.New[id.Person]())
			lists, read := s.WordLists(t.Context(), who)
			_, create := s.CreateWordList(t.Context(), who, goodList())
			for act, err := range map[string]error{
				"create": create, "update": s.UpdateWordList(t.Context(), who, goodList()), "delete": s.DeleteWordList(t.Context(), who, id.New[id.WordList](), 1),
			} {
				if allowed := errors.Is(err, workflow.ErrStale); allowed != want || (!allowed && !errors.Is(err, directory.ErrForbidden)) {
					t.Errorf("%s by a %s (owns a space: %t): %v", act, role, owns, err)
				}
			}
			if (read == nil) != want || (len(lists) > 0) != want || (tx.written == 3) != want || (tx.written == 0) == want {
				t.Errorf("read by a %s (owns a space: %t): %v, %d acts written", role, owns, read, tx.written)
			}
		}
	}
}
