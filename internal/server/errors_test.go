package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"imprimatur/internal/api"
	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
	"imprimatur/internal/web"
	"imprimatur/internal/web/i18n"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// exported are the errors that services may answer a request with. The test below
// finds every one that the source declares.
var exported = map[string]error{
	"workflow.ErrStale": workflow.ErrStale, "workflow.ErrImpossible": workflow.ErrImpossible, "workflow.ErrForbidden": workflow.ErrForbidden,
	"workflow.ErrUnmet": workflow.ErrUnmet, "workflow.ErrReason": workflow.ErrReason, "workflow.ErrUnknownAction": workflow.ErrUnknownAction,
	"workflow.Refusal":                  &workflow.Refusal{Err: workflow.ErrForbidden},
	"publication.ErrCursor":             publication.ErrCursor,
	"publication.ErrSourceTooLong":      publication.ErrSourceTooLong,
	"publication.ErrSourceEncoding":     publication.ErrSourceEncoding,
	"publication.ErrSourceNUL":          publication.ErrSourceNUL,
	"publication.IncompleteAttribution": &publication.IncompleteAttribution{Missing: []publication.AttributionField{publication.FieldSource}},
	"directory.ErrNotFound":             directory.ErrNotFound,
	"directory.ErrTaken":                directory.ErrTaken,
	"directory.ErrStale":                directory.ErrStale,
	"directory.ErrForbidden":            directory.ErrForbidden,
	"directory.Refusal":                 &directory.Refusal{Err: directory.ErrForbidden},
	"directory.FieldError":              &directory.FieldError{Field: "title", Code: "required"},
	"settings.ErrUnknown":               settings.ErrUnknown,
	"settings.ErrInvalid":               settings.ErrInvalid,
	"settings.ErrWeaker":                settings.ErrWeaker,
	"settings.Refusal":                  &settings.Refusal{Err: settings.ErrWeaker},
	"moderation.ClaimedError":           &moderation.ClaimedError{},
	"moderation.SentError":              &moderation.SentError{},
	"web.ErrTooLarge":                   web.ErrTooLarge, "web.ErrForm": web.ErrForm,
	"auth.ErrCredentials":   auth.ErrCredentials,
	"auth.ErrKey":           auth.ErrKey,
	"auth.ErrLogin":         auth.ErrLogin,
	"auth.ErrScope":         auth.ErrScope,
	"auth.ErrOnBehalf":      auth.ErrOnBehalf,
	"auth.ErrWhichTenant":   auth.ErrWhichTenant,
	"auth.ErrEstablishment": auth.ErrEstablishment,
	"auth.ErrLimited":       auth.ErrLimited,
	"auth.ErrPassword":      auth.ErrPassword,
	"auth.LimitError":       &auth.LimitError{},
	"api.ErrMalformed":      api.ErrMalformed,
	"api.ErrInvalid":        api.ErrInvalid,
	"api.ErrParameter":      api.ErrParameter,
	"api.ErrTooLarge":       api.ErrTooLarge,
	"api.ErrMediaType":      api.ErrMediaType,
	"api.ErrForm":           api.ErrForm,
	"api.ErrPerson":         api.ErrPerson,
	"api.ErrNoMatch":        api.ErrNoMatch,
	"api.ErrMatch":          api.ErrMatch,
	"api.ErrKeyReused":      api.ErrKeyReused,
	"api.ErrKeyBusy":        api.ErrKeyBusy,
	"api.ErrKeyUnknown":     api.ErrKeyUnknown,
	"api.ErrTooMany":        api.ErrTooMany,
	"api.ErrUnavailable":    api.ErrUnavailable,
	"api.RequestError":      &api.RequestError{Err: api.ErrInvalid},
	"api.RetryError":        &api.RetryError{Err: api.ErrTooMany},
}

// ours are faults of the program or answers to the worker alone: whoever asks is
// told nothing of them.
var ours = map[string]bool{"workflow.ErrBatch": true, "imageconsent.ProblemError": true, "publication.ErrNotYet": true, "publication.WaitError": true}

func TestEveryExportedErrorHasAnAnswer(t *testing.T) {
	t.Parallel()
	packages := []string{"../../workflow", "../../image-consent", "../../publication", "../../moderation", "../directory", "../settings", "../auth", "../api", "../web"}
	for _, folder := range packages {
		for _, name := range declaredErrors(t, folder) {
			err, known := exported[name]
			switch {
			case ours[name]:
			case !known:
				t.Errorf("%s has no place in the error table's test: add it there, and to the table", name)
			case classify(fmt.Errorf("wrapped: %w", err)).word == internalKind.word:
				t.Errorf("%s has no answer in the error table", name)
			}
		}
	}
}

// declaredErrors lists the exported error variables of a package, and its exported
// types that are errors.
func declaredErrors(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range errorNames(file) {
			names = append(names, file.Name.Name+"."+name)
		}
	}
	return names
}

func errorNames(file *ast.File) []string {
	var names []string
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.FuncDecl:
			if n.Name.Name == "Error" && n.Recv != nil && len(n.Type.Params.List) == 0 {
				if name := receiver(n); ast.IsExported(name) {
					names = append(names, name)
				}
			}
			return false
		case *ast.ValueSpec:
			for _, name := range n.Names {
				if strings.HasPrefix(name.Name, "Err") && name.IsExported() {
					names = append(names, name.Name)
				}
			}
		}
		return true
	})
	return names
}

func receiver(f *ast.FuncDecl) string {
	t := f.Recv.List[0].Type
	if pointer, ok := t.(*ast.StarExpr); ok {
		t = pointer.X
	}
	if name, ok := t.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

func TestStatuses(t *testing.T) {
	dated := time.Date(2026, 12, 24, 12, 0, 0, 0, time.UTC)
	t.Parallel()
	refusal := func(err error) error { return &workflow.Refusal{Rule: "R12", Err: err} }
	tests := map[string]struct {
		err    error
		status int
		word   string
		rule   string
	}{
		"may not know of it":         {fmt.Errorf("open: %w", directory.ErrNotFound), 404, "not-found", ""},
		"may read and not do":        {refusal(workflow.ErrForbidden), 403, "forbidden", "R12"},
		"stale by body":              {refusal(workflow.ErrStale), 409, "stale", "R12"},
		"stale by If-Match":          {fmt.Errorf("%w: %w", api.ErrMatch, refusal(workflow.ErrStale)), 412, "precondition-failed", "R12"},
		"impossible":                 {refusal(workflow.ErrImpossible), 409, "impossible", "R12"},
		"unmet":                      {refusal(workflow.ErrUnmet), 422, "unmet", "R12"},
		"reason":                     {refusal(workflow.ErrReason), 422, "reason", "R12"},
		"act of the directory":       {&directory.Refusal{Rule: "R09", Err: directory.ErrForbidden}, 403, "forbidden", "R09"},
		"reports limited":            {&directory.Refusal{Rule: "R47", Err: directory.ErrForbidden, Until: dated}, 403, "forbidden", "R47"},
		"field":                      {&directory.FieldError{Field: "title", Rule: "R20", Code: "too_long"}, 422, "invalid", "R20"},
		"field that is not found":    {&directory.FieldError{Field: "parent", Code: "not_found", Err: directory.ErrNotFound}, 422, "invalid", ""},
		"weaker than the law":        {&settings.Refusal{Key: "x", Rule: "R42", Err: settings.ErrWeaker}, 422, "weaker", "R42"},
		"claimed":                    {fmt.Errorf("act: %w", &moderation.ClaimedError{}), 409, "claimed", ""},
		"too large":                  {fmt.Errorf("read: %w", &http.MaxBytesError{Limit: 1}), 413, "too-large", ""},
		"wrapped error of echo":      {fmt.Errorf("route: %w", echo.ErrNotFound), 404, "not-found", ""},
		"method":                     {echo.ErrMethodNotAllowed, 405, "method-not-allowed", ""},
		"error of echo nobody knows": {echo.NewHTTPError(http.StatusTeapot, "secret"), 500, "internal", ""},
		"took too long":              {fmt.Errorf("query: %w", context.DeadlineExceeded), 503, "unavailable", ""},
		"anything else":              {errors.New(`pq: syntax error at "SELECT"`), 500, "internal", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := problemOf(test.err, "request-1", speaking(t, i18n.French))
			if p.Status != test.status || p.Type != api.ProblemType+test.word || p.Rule != test.rule {
				t.Errorf("%+v", p)
			}
			if test.rule == "R47" {
				want := []api.Fault{{Code: "limited", Rule: "R47", Until: dated, Text: p.Errors[0].Text}}
				if diff := cmp.Diff(want, p.Errors); diff != "" || !strings.Contains(p.Errors[0].Text, "décembre") {
					t.Errorf("R47: until when: %s%s", p.Errors[0].Text, diff)
				}
			}
			if Status(test.err) != test.status {
				t.Errorf("status %d", Status(test.err))
			}
			body, err := json.Marshal(p)
			if err != nil || strings.Contains(string(body), test.err.Error()) {
				t.Errorf("the error's own text is told: %s, %v", body, err)
			}
		})
	}
}

func TestEveryFaultIsNamed(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("write: %w", errors.Join(
		&directory.FieldError{Field: "title", Code: "too_long", Limit: 200},
		&publication.IncompleteAttribution{Index: 1, Missing: []publication.AttributionField{publication.FieldSource, publication.FieldUses}},
		&workflow.Refusal{Rule: "R16", Err: workflow.ErrUnmet, Unmet: []workflow.Unmet{{Name: "briefed", Rule: "R16"}}, Fields: []string{"reason.text"}},
		&settings.Refusal{Key: "mask_review", Rule: "R42", Want: "at most 72h", Err: settings.ErrWeaker},
	))
	want := []api.Fault{
		{Field: "title", Code: "too_long", Limit: 200},
		{Field: "attributions.1.source", Code: "required", Rule: "R17"},
		{Field: "attributions.1.uses", Code: "required", Rule: "R17"},
		{Code: "briefed", Rule: "R16"},
		{Field: "reason.text", Code: "required", Rule: "R16"},
		{Field: "mask_review", Code: "weaker", Rule: "R42", Want: "at most 72h"},
	}
	if diff := cmp.Diff(want, faultsOf(err)); diff != "" {
		t.Error(diff)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	for name, err := range map[string]error{
		"limit":   &auth.LimitError{Until: now.Add(time.Minute)},
		"bucket":  &api.RetryError{After: time.Minute, Err: api.ErrTooMany},
		"claimed": &moderation.ClaimedError{Claim: moderation.Claim{Expires: now.Add(time.Minute)}},
	} {
		if wait := retryAfter(fmt.Errorf("wrapped: %w", err), now); wait != time.Minute {
			t.Errorf("%s: %s", name, wait)
		}
	}
}
