package api

import (
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// describe makes the OpenAPI document of the routes and of the structs that they
// take and give.
func (a *API) describe() ([]byte, error) {
	s := &schemas{components: object{}}
	paths := object{}
	for _, r := range a.routes() {
		item, ok := paths["/api/v1"+r.path].(object)
		if !ok {
			item = object{}
			paths["/api/v1"+r.path] = item
		}
		item[strings.ToLower(r.method)] = s.operation(r)
	}
	problem := s.of(reflect.TypeFor[Problem]())
	document := object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Imprimatur", "version": "1",
			"description": "Content moderation and publication workflow for school digital workspaces. " +
				"Lists are pages: next of one is after of the following. Errors are problems (RFC 9457) with a stable type.",
		},
		"paths": paths,
		"components": object{
			"schemas":   s.components,
			"responses": object{"Problem": object{"description": "What is wrong.", "headers": headersOf("X-Request-Id", "Content-Language", "Retry-After"), "content": object{MediaProblem: object{"schema": problem}}}},
			"securitySchemes": object{"key": object{
				"type": "http", "scheme": "bearer",
				"description": "An API key with the scopes that a call names, any one of them; an action may need review or direct besides.",
			}},
		},
	}
	if s.err != nil {
		return nil, s.err
	}
	body, err := json.Marshal(document, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	return body, nil
}

// operation describes one call.
func (s *schemas) operation(r route) object {
	op := object{
		"operationId": r.name, "summary": r.does, "parameters": s.parameters(r),
		"responses": s.responses(r), "security": security(r),
	}
	if r.body != nil {
		takes := media
		if r.files {
			takes = mediaForm
		}
		op["requestBody"] = object{"required": true, "content": object{takes: object{"schema": s.of(reflect.TypeOf(r.body))}}}
	}
	return op
}

// security names the scopes: any one of them, and none at all where the call is
// open to anyone.
func security(r route) []object {
	var list []object
	for _, scope := range r.scopes {
		list = append(list, object{"key": []string{string(scope)}})
	}
	if r.open {
		list = append(list, object{})
	}
	return list
}

func (s *schemas) parameters(r route) []object {
	list := []object{}
	for part := range strings.SplitSeq(r.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			list = append(list, object{"name": strings.TrimSuffix(name, "}"), "in": "path", "required": true, "schema": object{"type": "string"}})
		}
	}
	for _, p := range r.query {
		list = append(list, object{"name": p.name, "in": "query", "required": p.needed, "description": p.doc, "schema": s.of(reflect.TypeOf(p.form))})
	}
	header := func(name, doc string) {
		list = append(list, object{"name": name, "in": "header", "description": doc, "schema": object{"type": "string"}})
	}
	if !r.open {
		header("X-On-Behalf-Of", "External id of the person that the call acts for.")
	}
	header("X-Establishment", "UAI of the one establishment meant, where several are possible.")
	header("Accept-Language", "Language of a problem's words: French, where nothing else is asked for, or English.")
	header("X-Request-Id", "A name for the request: 8 to 64 letters, digits, dots, dashes.")
	if r.method == http.MethodPost {
		header("Idempotency-Key", "A name for what is asked: repeated, it is done once and answered alike.")
	}
	if r.match {
		header("If-Match", "The version that was looked at, as its ETag.")
	}
	return list
}

// problemStatuses are what any call may answer besides.
var problemStatuses = []int{400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 500, 503}

func (s *schemas) responses(r route) object {
	names := []string{"X-Request-Id"}
	if r.etag {
		names = append(names, "ETag")
	}
	if r.status == http.StatusCreated {
		names = append(names, "Location")
	}
	if r.method == http.MethodPost {
		names = append(names, "Idempotency-Replayed")
	}
	success := object{"description": r.does, "headers": headersOf(names...)}
	switch {
	case r.media != "":
		success["content"] = object{r.media: object{"schema": object{"type": "string"}}}
	case r.gives != nil:
		success["content"] = object{media: object{"schema": s.of(reflect.TypeOf(r.gives))}}
	}
	all := object{strconv.Itoa(r.status): success}
	if r.method == http.MethodGet && r.etag {
		all["304"] = object{"description": "It is what If-None-Match names."}
	}
	if r.hides {
		all["204"] = object{"description": "Done, and not for the person to see any more: sealed from everybody (R50), the family's alone, or in another house's hands.", "headers": headersOf("X-Request-Id", "Idempotency-Replayed")}
	}
	for _, status := range problemStatuses {
		all[strconv.Itoa(status)] = object{"$ref": "#/components/responses/Problem"}
	}
	return all
}

// always are the headers that an answer always has where it is said to have them.
var always = map[string]bool{"X-Request-Id": true, "ETag": true, "Location": true, "Content-Language": true}

func headersOf(names ...string) object {
	all := object{}
	for _, name := range names {
		all[name] = object{"required": always[name], "schema": object{"type": "string"}}
	}
	return all
}
