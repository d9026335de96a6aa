// Package api is the house as programs see it: JSON under /api/v1, described by
// the OpenAPI document that it serves at /api/openapi.json.
//
// One file per resource; all calls on one screen in routes.go. A handler decodes
// what was sent into a struct of its own, makes one service call, and answers. It
// returns its errors: the server's error table turns them into a [Problem]. The
// document is made from the same table and the same structs, so that it cannot
// drift from what is answered.
package api
