// Package repeat describes requests that are sent again: each has a key of its
// caller's choosing, is carried out once, and is answered alike from then on.
package repeat

import (
	"crypto/sha256"
	"time"

	"imprimatur/internal/id"
)

// Key is an Idempotency-Key: of one caller, in one establishment.
type Key struct {
	Tenant id.Tenant
	Caller string // who calls and for whom
	Name   string // as the caller chose it
}

// Fingerprint tells one request from another.
type Fingerprint [sha256.Size]byte

// Request is what is known of a request that was made before. Its answer has the
// status 0 while there is none.
type Request struct {
	Fingerprint Fingerprint
	At          time.Time
	Answer      Answer
}

// Answer is what a request was answered with.
type Answer struct {
	Status int
	Header map[string]string
	Body   []byte
}
