// Package web is the house as people see it: server-rendered pages that work with
// JavaScript off, on a phone, by keyboard and with a screen reader.
//
// One file per page action; routes.go has all the addresses on one screen. A
// handler decodes what was sent into a struct of its own, makes one service call
// and renders a typed page (see pages.go and templates/). It returns its errors: the
// server's error table finds the status, and [Site.Problem] words the page.
//
// Reading pages get everything from a [Reader]; they know no other door.
package web
