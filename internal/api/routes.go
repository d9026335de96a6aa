package api

import (
	"net/http"
	"slices"
	"strings"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/auth"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// route is one call of the API: what it takes, what it gives, and whom it is for.
type route struct {
	method, path string
	scopes       []auth.Scope // of a key, any of them
	handle       func(*call) (answer, error)
	does         string // one sentence, for the document
	name         string // operation id

	query  []parameter
	body   any  // an example of what is sent; nil for nothing
	gives  any  // an example of what is answered; nil for nothing
	status int  // of success
	etag   bool // the answer carries the resource's version
	match  bool // If-Match names the version that was looked at
	open   bool // to anyone, without a key
	free   bool // belongs to no establishment, or finds it by itself
	// place says who calls and where, of a free call that is for one establishment after all:
	// by what it brings. nil for none.
	place func(*call) (actor.Actor, error)
	media string // of what is answered, where it is not JSON
	files bool   // body is a form that brings files
	hides bool   // may end with nothing that the person may see any more: 204
}

// echoPath is the path as the router writes it.
func (r route) echoPath() string {
	return strings.NewReplacer("{", ":", "}", "").Replace(r.path)
}

func scopes(list ...auth.Scope) []auth.Scope { return list }

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	patch  = http.MethodPatch
	remove = http.MethodDelete
)

// routes are all the calls.
func (a *API) routes() []route {
	var (
		queueQuery = append([]parameter{
			{name: "space", doc: "Of this space alone.", form: id.Space{}}, {name: "kind", doc: "Of this kind alone.", form: publication.Kind("")},
			{name: "reason", doc: "What it waits for.", form: moderation.Wait("")},
		}, paged...)
		trailQuery = append([]parameter{
			{name: "subject", doc: "Of this subject, or within this contribution.", form: subjectID{}}, {name: "action", doc: "Of this action alone.", form: ""},
		}, logged...)
		diffQuery = []parameter{{name: "from", doc: "Number of the revision to compare with: the one before unless told.", form: 0}}
		acting    = scopes(auth.ContributionsWrite, auth.Review, auth.Direct)
		working   = scopes(auth.ContributionsRead, auth.Review, auth.Direct)
		reading   = scopes(auth.PublishedRead)
		picturing = scopes(auth.PhotosWrite, auth.Review, auth.Direct)
		seeing    = scopes(auth.PhotosRead)
		sending   = scopes(auth.PhotosWrite)
		reporting = scopes(auth.ReportsWrite)
		examining = scopes(auth.CasesWrite)
		caseRead  = scopes(auth.CasesRead)
		stopping  = scopes(auth.Review, auth.Direct)
		caseQuery = append([]parameter{
			{name: "kind", doc: "Of this kind alone.", form: moderation.CaseKind("")}, {name: "status", doc: "Of this status alone.", form: workflow.CaseStatus("")},
			{name: "ground", doc: "On this ground alone.", form: workflow.Ground("")}, {name: "mine", doc: "true: assigned to the person.", form: false},
			{name: "done", doc: "true: decided, closed and merged ones instead, the latest first.", form: false},
		}, paged...)
		naming    = []parameter{{name: "reporters", doc: "true: name who reported, for whoever judges here; the trail tells that they asked (R44).", form: false}}
		asking    = scopes(auth.ConsentsWrite)
		register  = scopes(auth.ConsentsRead)
		photos    = append([]parameter{{name: "series", doc: "Of this series alone.", form: id.Series{}}}, paged...)
		rendition = []parameter{{name: "rendition", doc: "As a text was sealed with it, for those who answer for that text; as it is now unless told.", form: id.Rendition{}}}
		narrowed  = []parameter{
			{name: "group", doc: "Of its pupils alone.", form: id.Group{}},
			{name: "request", doc: "Of this request alone.", form: id.Request{}}, {name: "person", doc: "Of this person alone.", form: id.Person{}},
			{name: "status", doc: "Of this status alone.", form: workflow.ConsentStatus("")}, {name: "unanswered", doc: "true: those that somebody has yet to answer.", form: false},
		}
		consents = slices.Concat([]parameter{
			{name: "mine", doc: "true: of the person and of the pupils whom they are a guardian of; without the other filters.", form: false},
		}, narrowed, paged)
	)
	return []route{
		{method: get, path: "/spaces", name: "listSpaces", scopes: scopes(auth.SpacesRead), handle: a.listSpaces,
			does: "Spaces that the person may know of, by title.", status: 200, query: paged, gives: list[spaceLineJSON]{}},
		{method: post, path: "/spaces", name: "createSpace", scopes: scopes(auth.SpacesWrite), handle: a.createSpace,
			does: "Open a space.", status: 201, body: newSpaceJSON{}, gives: spaceJSON{}, etag: true},
		{method: get, path: "/spaces/{id}", name: "getSpace", scopes: scopes(auth.SpacesRead), handle: a.getSpace,
			does: "A space, with what the person could do to it.", status: 200, gives: spaceJSON{}, etag: true},
		{method: patch, path: "/spaces/{id}", name: "patchSpace", scopes: scopes(auth.SpacesWrite), handle: a.patchSpace,
			does: "Change what is sent of a space, and nothing else.", status: 200, body: spacePatchJSON{}, gives: spaceJSON{}, etag: true, match: true},
		{method: post, path: "/spaces/{id}/actions", name: "actOnSpace", scopes: scopes(auth.SpacesWrite, auth.Direct), handle: a.actOnSpace,
			does: "Act on a space: close, reopen, freeze, mask…", status: 200, body: actionJSON{}, gives: spaceJSON{}, etag: true},
		{method: post, path: "/spaces/{id}/contributions", name: "createContribution", scopes: scopes(auth.ContributionsWrite), handle: a.createContribution,
			does: "Write a contribution: a draft, or submitted at once.", status: 201, body: newContributionJSON{}, gives: contributionJSON{}, etag: true},

		{method: get, path: "/contributions/{id}", name: "getContribution", scopes: working, handle: a.getContribution,
			does: "A contribution on its working side.", status: 200, gives: contributionJSON{}, etag: true},
		{method: patch, path: "/contributions/{id}", name: "patchContribution", scopes: scopes(auth.ContributionsWrite), handle: a.patchContribution,
			does: "Say whether it waits for its pictures, or appears at once with their places held empty.", status: 200, body: contributionPatchJSON{}, gives: contributionJSON{}, etag: true},
		{method: put, path: "/contributions/{id}/draft", name: "putDraft", scopes: scopes(auth.ContributionsWrite, auth.Review), handle: a.putDraft,
			does: "Write the author's draft, or a moderator's suggestion (R18). If-None-Match: * begins one.", status: 200, body: draftInputJSON{}, gives: draftJSON{}, etag: true, match: true},
		{method: post, path: "/contributions/{id}/actions", name: "actOnContribution", scopes: acting, handle: a.actOnContribution,
			does: "Act on a contribution.", status: 200, body: actionJSON{}, gives: contributionJSON{}, etag: true, hides: true},
		{method: get, path: "/contributions/{id}/cases", name: "getAuthorCases", scopes: scopes(auth.ContributionsRead), handle: a.getAuthorCases,
			does: "For its author: cases about a contribution that they were told of, the latest first.", status: 200, gives: list[authorCaseJSON]{}},
		{method: get, path: "/decisions/{id}", name: "getDecision", scopes: scopes(auth.ContributionsRead), handle: a.getDecision,
			does: "A case that the person was told of: about a text, a photo or a space of theirs, as a notice names it (R43).", status: 200, gives: authorCaseJSON{}, etag: true},
		{method: post, path: "/decisions/{id}/actions", name: "actOnDecision", scopes: acting, handle: a.actOnDecision,
			does: "Appeal what was decided of a text, a photo or a space of the person (R45).", status: 200, body: appealJSON{}, gives: authorCaseJSON{}, etag: true},
		{method: get, path: "/contributions/{id}/history", name: "getHistory", scopes: working, handle: a.getHistory,
			does: "Who did what, when, on which text; the newest first.", status: 200, query: paged, gives: list[eventJSON]{}},
		{method: get, path: "/contributions/{id}/revisions/{number}/diff", name: "getDiff", scopes: working, handle: a.getDiff,
			does: "What a revision changed, word by word.", status: 200, query: diffQuery, gives: diffJSON{}},

		{method: get, path: "/contributions/{id}/authorisations", name: "getAuthorisations", scopes: scopes(auth.Review), handle: a.getAuthorisations,
			does: "What pupil and guardian have authorised (R36), the latest first.", status: 200, gives: list[authorisationJSON]{}},
		{method: post, path: "/contributions/{id}/authorisations", name: "recordAuthorisation", scopes: scopes(auth.Review), handle: a.recordAuthorisation,
			does: "Record by hand what pupil and guardian have authorised on paper (R36).", status: 200, body: newAuthorisationJSON{}, gives: list[authorisationJSON]{}},
		{method: remove, path: "/contributions/{id}/authorisations/{authorisation}", name: "endAuthorisation", scopes: scopes(auth.Review), handle: a.endAuthorisation,
			does: "Record that an authorisation was taken back; it stays on record.", status: 204},
		{method: put, path: "/contributions/{id}/collective", name: "qualifyCollective", scopes: scopes(auth.Review), handle: a.qualifyCollective,
			does: "Decide that a work is collective (R37): the establishment holds the rights, its contributors are listed. A decision that holds is replaced.", status: 200, body: collectiveInputJSON{}, gives: collectiveJSON{}},
		{method: remove, path: "/contributions/{id}/collective", name: "disqualifyCollective", scopes: scopes(auth.Review), handle: a.disqualifyCollective,
			does: "Take back that a work is collective (R37); a pupil's work without its authorisation (R36) is archived.", status: 204},

		{method: post, path: "/photos", name: "postPhotos", scopes: sending, handle: a.postPhotos,
			does: "Upload pictures, several at once: each becomes a photo, or comes back with its problem.", status: 201, body: sentPhotosJSON{}, gives: list[takenJSON]{}, files: true},
		{method: post, path: "/files", name: "postFiles", scopes: sending, handle: a.postFiles,
			does: "Upload files that are no pictures, several at once: each becomes a photo to all that guards one, or comes back with its problem. For contributions of kind document.", status: 201, body: sentFilesJSON{}, gives: list[takenJSON]{}, files: true},
		{method: get, path: "/photos", name: "listPhotos", scopes: seeing, handle: a.listPhotos,
			does: "What the person has uploaded, the newest first.", status: 200, query: photos, gives: list[photoLineJSON]{}},
		{method: get, path: "/photos/{id}", name: "getPhoto", scopes: seeing, handle: a.getPhoto,
			does: "A photo: who is in it, where it is used, and whether it is clear there (R27).", status: 200, gives: photoJSON{}, etag: true},
		{method: get, path: "/photos/{id}/files/{size}", name: "getPhotoFile", scopes: seeing, handle: a.getPhotoFile,
			does: "The picture itself: thumbnail, standard, double or original. What is no picture: file.", status: 200, query: rendition, etag: true, media: mediaAny},
		{method: put, path: "/photos/{id}/depictions", name: "putDepictions", scopes: sending, handle: a.putDepictions,
			does: "Say who is in a photo, and declare that nobody is missing (R27).", status: 200, body: identificationJSON{}, gives: photoJSON{}, etag: true, match: true},
		{method: post, path: "/photos/{id}/actions", name: "actOnPhoto", scopes: picturing, handle: a.actOnPhoto,
			does: "Act on a photo wherever it is used: mask, withdraw, restore, doubt, erase…", status: 200, body: actionJSON{}, gives: photoJSON{}, etag: true, hides: true},
		{method: post, path: "/photo-series", name: "postSeries", scopes: sending, handle: a.postSeries,
			does: "Begin a series of photos.", status: 201, body: newSeriesJSON{}, gives: seriesJSON{}},
		{method: post, path: "/photo-series/{id}/people", name: "postSeriesPeople", scopes: sending, handle: a.postSeriesPeople,
			does: "Say that the same people are in many photos of a series, besides who is in them: all or none. Nothing is declared complete by that.", status: 204, body: samePeopleJSON{}},
		{method: get, path: "/photo-series", name: "listSeries", scopes: seeing, handle: a.listSeries,
			does: "Series that the person began, the newest first.", status: 200, query: paged, gives: list[seriesJSON]{}},

		{method: post, path: "/consent-requests", name: "postRequest", scopes: asking, handle: a.postRequest,
			does: "Ask everybody concerned for consent, in one act (R28, R31).", status: 201, body: askJSON{}, gives: sentJSON{}},
		{method: post, path: "/consent-requests/preview", name: "previewRequest", scopes: asking, handle: a.previewRequest,
			does: "What such a request would be, to whom it would go, and why. Nothing is written.", status: 200, body: askJSON{}, gives: sentJSON{}},
		{method: get, path: "/consent-requests/{id}", name: "getRequest", scopes: register, handle: a.getRequest,
			does: "A request as it was sent, for who looks after it.", status: 200, gives: requestJSON{}},
		{method: post, path: "/consent-requests/{id}/photos", name: "addRequestPhotos", scopes: asking, handle: a.addRequestPhotos,
			does: "Add pictures of its project to a request that was sent before they were taken.", status: 200, body: addedPhotosJSON{}, gives: requestJSON{}},
		{method: post, path: "/consent-requests/{id}/reminders", name: "postReminders", scopes: asking, handle: a.postReminders,
			does: "Remind everybody whose answer is missing, who was not reminded lately.", status: 200, gives: remindedJSON{}},
		{method: get, path: "/consents", name: "listConsents", scopes: register, handle: a.listConsents,
			does: "The register, the latest first; or the consents of the person's own family.", status: 200, query: consents, gives: list[consentLineJSON]{}},
		{method: get, path: "/consents.csv", name: "exportConsents", scopes: register, handle: a.exportConsents,
			does: "The register as a table for a spreadsheet, 20,000 lines at most: for the director and the consent officers. The trail tells who took it.", status: 200, query: narrowed, media: mediaTable},
		{method: get, path: "/consents/{id}", name: "getConsent", scopes: register, handle: a.getConsent,
			does: "A consent: what is asked, what was answered, and whose answer is missing.", status: 200, gives: consentJSON{}, etag: true},
		{method: post, path: "/consents/{id}/actions", name: "actOnConsent", scopes: asking, handle: a.actOnConsent,
			does: "Grant some uses, refuse all, or revoke: that is never refused (R33).", status: 200, body: consentActionJSON{}, gives: consentJSON{}, etag: true, hides: true},
		{method: post, path: "/consents/{id}/resend", name: "resendLink", scopes: asking, handle: a.resendLink,
			does: "Send one whose answer is missing their link by mail again, at once: once an hour, five times a week (R33).", status: 200, body: resendJSON{}, gives: consentJSON{}, etag: true},
		{method: post, path: "/consents/{id}/sole-authority", name: "recordSole", scopes: asking, handle: a.recordSole,
			does: "Record where the proof is that one guardian holds parental authority alone (R30).", status: 200, body: soleJSON{}, gives: consentJSON{}, etag: true},
		{method: post, path: "/consents/{id}/papers", name: "postPaper", scopes: asking, handle: a.postPaper,
			does: "Record what a family signed on paper, with its scan. It counts when a second person has confirmed it (R29).", status: 201, body: sentPaperJSON{}, gives: consentJSON{}, etag: true, files: true},
		{method: post, path: "/consents/{id}/papers/{paper}/confirmation", name: "confirmPaper", scopes: asking, handle: a.confirmPaper,
			does: "Confirm a paper, as the second person who has seen it.", status: 200, gives: consentJSON{}, etag: true, hides: true},
		{method: remove, path: "/consents/{id}/papers/{paper}", name: "dismissPaper", scopes: asking, handle: a.dismissPaper,
			does: "Set a paper aside; it stays on record.", status: 204},
		{method: get, path: "/consents/{id}/papers/{paper}/scan", name: "getScan", scopes: register, handle: a.getScan,
			does: "The scan of a paper. Each reading of it is in the trail.", status: 200, media: anyBytes},

		{method: get, path: "/review-queue", name: "getQueue", scopes: scopes(auth.Review), handle: a.getQueue,
			does: "What waits for the person, the most urgent first.", status: 200, query: queueQuery, gives: list[entryJSON]{}},
		{method: post, path: "/review-queue/claims", name: "claim", scopes: scopes(auth.Review), handle: a.postClaim,
			does: "Take what waits; records the first human view.", status: 200, body: newClaimJSON{}, gives: claimJSON{}},
		{method: remove, path: "/review-queue/claims/{id}", name: "release", scopes: scopes(auth.Review), handle: a.deleteClaim,
			does: "Give a claim back.", status: 204},

		{method: post, path: "/takedown-requests", name: "requestTakedown", scopes: reporting, handle: a.postTakedown, place: a.placeOfTakedown,
			does: "Ask for a removal (R38): anyone may. Of an establishment that X-Establishment names, or the location's address.", status: 202, body: takedownJSON{}, gives: receiptJSON{}, open: true, free: true},
		{method: post, path: "/replies", name: "requestReply", scopes: reporting, handle: a.postReply, place: a.placeOfReply,
			does:   "Ask for a reply to be inserted under a message that names or designates one (R55): anyone may. Of an establishment that X-Establishment names, or the location's address.",
			status: 202, body: newReplyJSON{}, gives: receiptJSON{}, open: true, free: true},
		{method: post, path: "/reports", name: "report", scopes: reporting, handle: a.postReport,
			does: "Report a content, as somebody who is signed in.", status: 202, body: newReportJSON{}, gives: receiptJSON{}},
		{method: post, path: "/message-reports", name: "reportMessage", scopes: scopes(auth.MessagesWrite), handle: a.postMessageReport,
			does: "Report a private message that the person wrote or received: what is sent with it is all that anybody can read of it (R25).", status: 202, body: messageReportJSON{}, gives: receiptJSON{}},
		{method: get, path: "/reports", name: "listReports", scopes: reporting, handle: a.listReports,
			does: "What the person has reported, the newest first.", status: 200, query: paged, gives: list[reportLineJSON]{}},
		{method: get, path: "/reports/{report}", name: "getReport", scopes: reporting, handle: a.getReport,
			does: "What became of a report of the person.", status: 200, gives: followUpJSON{}, etag: true},
		{method: post, path: "/reports/{report}/actions", name: "actOnReport", scopes: reporting, handle: a.actOnReport,
			does: "Answer a question about a report of the person, or appeal (R45).", status: 200, body: spokenActionJSON{}, gives: followUpJSON{}, etag: true},
		{method: get, path: "/follow-ups/{secret}", name: "getFollowUp", scopes: reporting, handle: a.getFollowUp,
			does: "What became of a report, for whoever has its secret address.", status: 200, gives: followUpJSON{}, etag: true, open: true, free: true},
		{method: post, path: "/follow-ups/{secret}/actions", name: "actOnFollowUp", scopes: reporting, handle: a.actOnFollowUp, place: a.placeOfFollowUp,
			does: "Answer a question about a report, or appeal (R45), by its secret address.", status: 200, body: spokenActionJSON{}, gives: followUpJSON{}, etag: true, open: true, free: true},
		{method: post, path: "/follow-ups/{secret}/claim", name: "claimFollowUp", scopes: reporting, handle: a.claimFollowUp, place: a.placeOfFollowUp,
			does: "Say whether a report was made by whoever has its address, by a secret that was mailed there.", status: 200, body: reportClaimJSON{}, gives: followUpJSON{}, etag: true, open: true, free: true},

		{method: post, path: "/reports/{report}/attachments", name: "attachToReport", scopes: reporting, handle: a.attachToReport,
			does: "Attach pictures or PDF files to a report of the person, while it is to be decided yet.", status: 200, body: sentAttachmentJSON{}, gives: followUpJSON{}, etag: true, files: true},
		{method: post, path: "/follow-ups/{secret}/attachments", name: "attachToFollowUp", scopes: reporting, handle: a.attachToFollowUp, place: a.placeOfFollowUp,
			does: "The same by its secret address.", status: 200, body: sentAttachmentJSON{}, gives: followUpJSON{}, etag: true, open: true, free: true, files: true},

		{method: get, path: "/cases", name: "listCases", scopes: caseRead, handle: a.listCases,
			does: "Cases that the person may examine: the first to be decided first. Their own are left out (R46).", status: 200, query: caseQuery, gives: list[caseLineJSON]{}},
		{method: get, path: "/cases/{id}", name: "getCase", scopes: caseRead, handle: a.getCase,
			does: "A case, for those who may examine it. By whom it is assigned to, the examination begins with that.", status: 200, query: naming, gives: caseJSON{}, etag: true},
		{method: get, path: "/cases/{id}/evidence", name: "getEvidence", scopes: caseRead, handle: a.getEvidence,
			does: "What the content was when it was reported, the first first.", status: 200, gives: list[evidenceJSON]{}},
		{method: get, path: "/cases/{id}/attachments/{attachment}", name: "getAttachment", scopes: caseRead, handle: a.getAttachment,
			does: "A file that came with a report, to keep. Each reading of it is in the trail; of what is sealed there is none (R50).", status: 200, media: anyBytes},
		{method: post, path: "/cases/{id}/actions", name: "actOnCase", scopes: examining, handle: a.actOnCase,
			does: "Act on a case; a decision goes with its holds and the letters to both sides.", status: 200, body: caseActionJSON{}, gives: caseJSON{}, etag: true, hides: true},
		{method: post, path: "/cases/{id}/preview", name: "previewCase", scopes: examining, handle: a.previewCase,
			does: "Both letters of a decision, before it is sent. Nothing is written.", status: 200, body: caseActionJSON{}, gives: previewJSON{}},
		{method: post, path: "/cases/{id}/notes", name: "postNote", scopes: examining, handle: a.postNote,
			does: "Keep a note for those who examine a case.", status: 204, body: spokenJSON{}},
		{method: post, path: "/cases/{id}/links", name: "linkCases", scopes: examining, handle: a.postLink,
			does: "Link a case to another of the house: the page of each leads to the other (R51).", status: 204, body: linkJSON{}},
		{method: remove, path: "/cases/{id}/links/{other}", name: "unlinkCases", scopes: examining, handle: a.deleteLink,
			does: "End the link of two cases.", status: 204},

		{method: get, path: "/cases/{id}/referral", name: "getReferral", scopes: caseRead, handle: a.getReferral,
			does: "What of a grave case was referred to an authority or why not, and a draft of what may be sent (R49): for whoever judges.", status: 200, gives: referralJSON{}, etag: true},
		{method: post, path: "/cases/{id}/referrals", name: "refer", scopes: examining, handle: a.postReferral,
			does: "Keep what a human has sent to an authority, or why nothing was. The machine sends nothing; while it stands, nothing of the case is purged.", status: 201, body: referralInputJSON{}, gives: referralJSON{}, etag: true},
		{method: post, path: "/cases/{id}/referrals/{referral}/lift", name: "liftReferral", scopes: examining, handle: a.liftReferral,
			does: "End the keeping of evidence that comes with a referral, with the reason: the director alone (R63).", status: 200, body: spokenJSON{}, gives: referralJSON{}, etag: true},
		{method: get, path: "/cases/{id}/care", name: "getCare", scopes: caseRead, handle: a.getCare,
			does: "The steps of a harassment case, and cases that may belong with it (R51).", status: 200, gives: careJSON{}, etag: true},
		{method: post, path: "/cases/{id}/care", name: "takeStep", scopes: examining, handle: a.postStep,
			does: "Keep that a step was taken; one that was before stays as it is.", status: 200, body: stepInputJSON{}, gives: careJSON{}, etag: true},

		{method: get, path: "/stops", name: "listStops", scopes: stopping, handle: a.listStops,
			does: "What is stopped and waits for somebody to look (R26), where the person could have stopped it; the first due first.", status: 200, query: paged, gives: list[waitingStopJSON]{}},
		{method: post, path: "/stops", name: "stop", scopes: stopping, handle: a.postStop,
			does: "The stop button (R26): mask a contribution, or freeze a space, as it is now, until somebody has looked. What is stopped already stays so.", status: 204, body: stopJSON{}},
		{method: post, path: "/stops/{hold}/release", name: "releaseStop", scopes: stopping, handle: a.releaseStop,
			does: "End one stop after a look at it, and no other hold.", status: 204, body: releaseJSON{}},
		{method: get, path: "/halts", name: "listHalts", scopes: scopes(auth.Direct), handle: a.listHalts,
			does: "Emergency stops (R54): those that last, then the latest that are over.", status: 200, query: paged, gives: list[haltJSON]{}},
		{method: post, path: "/halts", name: "halt", scopes: scopes(auth.Direct), handle: a.postHalt,
			does: "Stop all writing in a space, or everywhere, for as long as the parameter says; one that lasts is renewed. Reading and reporting go on.", status: 201, body: haltInputJSON{}, gives: haltJSON{}},
		{method: remove, path: "/halts/{halt}", name: "resume", scopes: scopes(auth.Direct), handle: a.deleteHalt,
			does: "End an emergency stop before its time.", status: 204},

		{method: get, path: "/standings", name: "listStandings", scopes: scopes(auth.ContributionsRead, auth.Direct), handle: a.listStandings,
			does: "Measures on the right to publish, in force and past (R53): everybody's for who directs, for others their own.", status: 200, query: paged, gives: list[standingJSON]{}},
		{method: post, path: "/standings", name: "setStanding", scopes: scopes(auth.Direct), handle: a.postStanding,
			does: "Have somebody's texts read first, or suspend them, to a date.", status: 201, body: standingInputJSON{}, gives: standingJSON{}},
		{method: remove, path: "/standings/{standing}", name: "endStanding", scopes: scopes(auth.Direct), handle: a.deleteStanding,
			does: "Clear somebody before the date.", status: 204},
		{method: post, path: "/standings/{standing}/observations", name: "observe", scopes: scopes(auth.ContributionsWrite, auth.Direct), handle: a.postObservation,
			does: "Keep what somebody says of a measure that concerns them; who directs writes down what they heard.", status: 204, body: spokenJSON{}},

		{method: get, path: "/desk", name: "getDesk", scopes: caseRead, handle: a.getDesk,
			does: "What waits for whoever directs the publication, or of that the part that is lent to the person.", status: 200, gives: deskJSON{}},
		{method: get, path: "/desk/acts", name: "listLentActs", scopes: caseRead, handle: a.getLentActs,
			does: "What was done in the last 30 days by powers that the director lent, the latest first: for whoever directs.", status: 200,
			query: append([]parameter{{name: "by", doc: "By this person alone.", form: id.Person{}}}, paged...), gives: list[lentActJSON]{}},
		{method: get, path: "/delegations", name: "listDelegations", scopes: scopes(auth.DirectoryRead), handle: a.listDelegations,
			does: "Powers that were lent, the latest first, for who works there.", status: 200, query: paged, gives: list[delegationJSON]{}},
		{method: post, path: "/delegations", name: "lend", scopes: scopes(auth.Direct), handle: a.postDelegations,
			does: "Lend powers of the director's to somebody, with dates.", status: 201, body: loanJSON{}, gives: list[delegationJSON]{}},
		{method: remove, path: "/delegations/{id}", name: "endDelegation", scopes: scopes(auth.Direct), handle: a.deleteDelegation,
			does: "Take a lent power back, or return it.", status: 204},
		{method: get, path: "/establishments", name: "listEstablishments", scopes: scopes(auth.DirectoryRead), handle: a.listEstablishments,
			does: "For who directs an authority: the establishments below it, and who directs each.", status: 200, query: paged, gives: list[establishmentJSON]{}},
		{method: post, path: "/establishments/{uai}/acting-heads", name: "appointActing", scopes: scopes(auth.Direct), handle: a.postActingHead,
			does: "Record an acting head of an establishment below, where no head is in office.", status: 201, body: actingHeadJSON{}, gives: establishmentJSON{}},
		{method: remove, path: "/establishments/{uai}/acting-heads/{tenure}", name: "endActing", scopes: scopes(auth.Direct), handle: a.deleteActingHead,
			does: "End what was recorded of an acting head.", status: 204},

		{method: get, path: "/figures", name: "getFigures", scopes: caseRead, handle: a.getFigures,
			does: "What happened in a month, counted: for the director, who judges, and the administrator. Small numbers are hidden (R67); the trail tells who read which month.", status: 200, query: []parameter{{name: "month", doc: "Such as 2026-11: this month unless told.", form: ""}}, gives: figuresJSON{}},
		{method: get, path: "/transparency", name: "getTransparency", scopes: caseRead, handle: a.getTransparency,
			does: "The transparency report of a year that is over, in the vocabulary of the statement of reasons: for the director, who judges, and the administrator. It is submitted nowhere.", status: 200, query: []parameter{{name: "year", doc: "Such as 2025: the latest that there is a report on unless told.", form: ""}}, gives: transparencyJSON{}},

		{method: post, path: "/transparency/{year}/publication", name: "publishTransparency", scopes: scopes(auth.Direct), handle: a.publishTransparency,
			does: "Publish the report of a year for anybody, as it is told now: the director alone, once. Nothing changes it afterwards, and nothing takes it back.", status: 200, gives: transparencyJSON{}},

		{method: get, path: "/canned-reasons", name: "listCanned", scopes: caseRead, handle: a.listCanned,
			does: "Texts that the house proposes to whoever decides, for those who judge there.", status: 200, gives: list[cannedJSON]{}},
		{method: post, path: "/canned-reasons", name: "postCanned", scopes: examining, handle: a.postCanned,
			does: "Add one. It decides nothing: whoever decides may change every word.", status: 201, body: cannedInputJSON{}, gives: cannedJSON{}, etag: true},
		{method: put, path: "/canned-reasons/{reason}", name: "putCanned", scopes: examining, handle: a.putCanned,
			does: "Write one anew.", status: 200, body: cannedInputJSON{}, gives: cannedJSON{}, etag: true, match: true},
		{method: remove, path: "/canned-reasons/{reason}", name: "deleteCanned", scopes: examining, handle: a.deleteCanned,
			does: "Take one away; what was decided with it stays as it was written.", status: 204, match: true},

		{method: post, path: "/orders", name: "recordOrder", scopes: examining, handle: a.postOrder,
			does: "Record an authority's order (R48): by who directs or judges. 204 where it is the head's own cause, which the authority above has then.", status: 200, body: newOrderJSON{}, gives: caseJSON{}, hides: true},

		{method: get, path: "/notices", name: "getNotices", scopes: scopes(auth.NoticesRead), handle: a.getNotices,
			does: "What the person was told, the newest first.", status: 200, query: paged, gives: list[noticeJSON]{}},
		{method: post, path: "/notices/read", name: "readNotices", scopes: scopes(auth.NoticesRead), handle: a.readNotices,
			does: "Mark notices as read.", status: 204, body: readJSON{}},

		{method: get, path: "/persons", name: "getPersons", scopes: scopes(auth.DirectoryRead), handle: a.getPersons,
			does: "Persons of the establishment by words of their name, those nearest to the caller first.", status: 200, query: []parameter{{name: "q", doc: "Words of a name.", form: ""}, limitParam}, gives: list[personLineJSON]{}},
		{method: get, path: "/groups", name: "getGroups", scopes: scopes(auth.DirectoryRead), handle: a.getGroups,
			does: "Classes and other groups.", status: 200, query: paged, gives: list[groupJSON]{}},
		{method: get, path: "/settings", name: "getSettings", scopes: scopes(auth.SettingsRead), handle: a.getSettings,
			does: "Every parameter with its value here, its rule, who fixes it, where it comes from, and who changed it last.", status: 200, gives: settingsJSON{}, etag: true},
		{method: patch, path: "/settings", name: "patchSettings", scopes: scopes(auth.SettingsWrite), handle: a.patchSettings,
			does: "Change parameters, all or none; null takes one back to its default.", status: 200, body: changesJSON{}, gives: settingsJSON{}, etag: true, match: true},

		{method: get, path: "/legal", name: "getLegal", scopes: scopes(auth.SettingsRead), handle: a.getLegal,
			does: "What the establishment says of itself on its information pages (R66), and what is missing before a space can be open to the public web.", status: 200, gives: legalJSON{}, etag: true},
		{method: put, path: "/legal", name: "putLegal", scopes: scopes(auth.SettingsWrite), handle: a.putLegal,
			does: "Write all of it anew; earlier versions are kept. While a space is open to the public web nothing may be emptied.", status: 200, body: factsJSON{}, gives: legalJSON{}, etag: true, match: true},
		{method: get, path: "/charter", name: "getCharter", scopes: scopes(auth.SettingsRead), handle: a.getCharter,
			does: "The charter in force (R01).", status: 200, gives: charterJSON{}, etag: true},
		{method: put, path: "/charter", name: "putCharter", scopes: scopes(auth.SettingsWrite), handle: a.putCharter,
			does: "Publish another version of the charter; earlier ones are kept.", status: 200, body: charterInputJSON{}, gives: charterJSON{}, etag: true, match: true},

		{method: get, path: "/audit", name: "getAudit", scopes: scopes(auth.AuditRead), handle: a.getAudit,
			does: "The trail of acts, the newest first: for the director, the administrator and the custodian.", status: 200, query: trailQuery, gives: list[trailJSON]{}},

		{method: get, path: "/denials", name: "getDenials", scopes: scopes(auth.AuditRead), handle: a.getDenials,
			does: "Who was refused what, by which rule (R09), the newest first: for the director and the administrator.", status: 200, query: logged, gives: list[denialJSON]{}},

		{method: get, path: "/groups/{id}/trombinoscope", name: "getTrombinoscope", scopes: reading, handle: a.getTrombinoscope,
			does: "Everybody of a group by name, with the portraits of those who agreed to exactly that (R35).", status: 200, gives: trombinoscopeJSON{}},
		{method: get, path: "/groups/{id}/trombinoscope/{photo}", name: "getPortrait", scopes: reading, handle: a.getPortrait,
			does: "A portrait of a trombinoscope, as long as it may be seen there.", status: 200, query: []parameter{{name: "size", doc: "standard unless told.", form: imageconsent.Size("")}}, etag: true, media: mediaAny},

		{method: get, path: "/published/{uai}", name: "getHome", scopes: reading, handle: a.getHome,
			does: "Spaces that the caller may read, with what is newest in each.", status: 200, gives: homeJSON{}, etag: true, open: true, free: true},
		{method: get, path: "/published/{uai}/feed.atom", name: "getFeed", scopes: reading, handle: a.getFeed,
			does: "What is newest in an establishment, as Atom.", status: 200, etag: true, open: true, free: true, media: mediaAtom},
		{method: get, path: "/published/{uai}/{space}", name: "getPlace", scopes: reading, handle: a.getPlace,
			does: "A space's articles, topics or pages, the newest first.", status: 200, query: []parameter{afterParam}, gives: placePageJSON{}, etag: true, open: true, free: true},
		{method: get, path: "/published/{uai}/{space}/feed.atom", name: "getSpaceFeed", scopes: reading, handle: a.getFeed,
			does: "What is newest in a space, as Atom.", status: 200, etag: true, open: true, free: true, media: mediaAtom},
		{method: get, path: "/published/{uai}/{space}/{contribution}", name: "getPublished", scopes: reading, handle: a.getPublished,
			does: "A contribution as its readers see it, with what answers it.", status: 200, query: []parameter{afterParam}, gives: publishedPageJSON{}, etag: true, open: true, free: true},
		{method: get, path: "/published/{uai}/{space}/{contribution}/photos/{photo}", name: "getPublishedPhoto", scopes: reading, handle: a.getPublishedPhoto,
			does: "A picture or a file of a contribution, as long as everybody in it may be seen there (R27).", status: 200, query: []parameter{{name: "size", doc: "standard unless told; file of what is no picture.", form: imageconsent.Size("")}}, etag: true, open: true, free: true, media: mediaAny},
	}
}
