package auth

import (
	"fmt"
	"slices"
)

// Scope is one thing that an API key is good for. It opens a part of the API;
// the domain still decides what the person it acts for may do there.
type Scope string

// The scopes. The list is closed: a stored scope that is not in it opens nothing.
const (
	SpacesRead         Scope = "spaces:read"         // spaces that the person may know of
	SpacesWrite        Scope = "spaces:write"        // create, configure, close spaces
	ContributionsRead  Scope = "contributions:read"  // contributions, their revisions and history
	ContributionsWrite Scope = "contributions:write" // drafts, and an author's acts
	Review             Scope = "review"              // the queue, claims, and a moderator's acts
	Direct             Scope = "direct"              // a director's acts: sign, block, lift, purge, stop, delegations, standings
	PublishedRead      Scope = "published:read"      // what the person may read
	PhotosRead         Scope = "photos:read"         // photos that the person works with, and who is in them
	PhotosWrite        Scope = "photos:write"        // upload, say who is in them, erase
	ConsentsRead       Scope = "consents:read"       // the register, and the consents of the person's own family
	ConsentsWrite      Scope = "consents:write"      // ask, answer, withdraw, papers
	DirectoryRead      Scope = "directory:read"      // persons and groups
	SettingsRead       Scope = "settings:read"       // an establishment's parameters
	SettingsWrite      Scope = "settings:write"      // changing them, and the word lists
	NoticesRead        Scope = "notices:read"        // the person's notices, and marking them read
	ReportsWrite       Scope = "reports:write"       // reports and takedown requests, and following them
	MessagesWrite      Scope = "messages:write"      // private messages that one of their correspondents reports, as the ENT copies them
	CasesRead          Scope = "cases:read"          // cases that the person may examine, with their evidence
	CasesWrite         Scope = "cases:write"         // an examiner's acts, notes
	AuditRead          Scope = "audit:read"          // the trail
	WebhooksWrite      Scope = "webhooks:write"      // webhooks of the establishment
)

// AllScopes lists the scopes, in the order of the documents.
func AllScopes() []Scope {
	return []Scope{
		SpacesRead, SpacesWrite, ContributionsRead, ContributionsWrite, Review, Direct, PublishedRead,
		PhotosRead, PhotosWrite, ConsentsRead, ConsentsWrite, DirectoryRead, SettingsRead, SettingsWrite, NoticesRead,
		ReportsWrite, MessagesWrite, CasesRead, CasesWrite, AuditRead, WebhooksWrite,
	}
}

// Allows refuses a call that the key's scopes do not cover with [ErrScope].
// A session has no such limits.
func (i Identity) Allows(scope Scope) error {
	if i.Key.IsZero() || (slices.Contains(AllScopes(), scope) && slices.Contains(i.KeyScopes, scope)) {
		return nil
	}
	return fmt.Errorf("%w: needs %s", ErrScope, scope)
}
