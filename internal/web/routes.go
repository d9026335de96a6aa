package web

import "github.com/labstack/echo/v4"

// Mount adds every page, behind the sessions, and the assets beside them. The
// server puts cross-origin protection before them, and answers HEAD as it does GET.
// limit refuses a person who asks too often, and is told of nobody else.
func (s *Site) Mount(e *echo.Echo, limit func(c echo.Context, caller string) error) {
	s.limit = limit
	e.GET("/assets/*", s.serveAsset)
	e.GET("/favicon.ico", s.showIcon)

	e.GET("/", s.outside(s.showFront))
	e.GET("/login", s.outside(s.showLogin))
	e.POST("/login", s.outside(s.login))
	e.POST("/login/demo", s.outside(s.loginDemo))
	e.POST("/logout", s.outside(s.logout))
	e.GET("/schools", s.outside(s.showSchools))
	e.POST("/schools", s.outside(s.chooseSchool))

	e.GET("/photos/:photo", s.outside(s.showPhoto)) // as a text names it, on its working side

	// Reading, through the Reader alone.
	e.GET("/e/:uai/", s.open(s.showHome))
	e.GET("/e/:uai/feed.atom", s.open(s.showFeed))
	e.GET("/e/:uai/:space/", s.open(s.showSpace))
	e.GET("/e/:uai/:space/feed.atom", s.open(s.showFeed))
	e.GET("/e/:uai/:space/:text", s.open(s.showText))
	e.GET("/e/:uai/:space/:text/print.pdf", s.open(s.printText))
	e.GET("/e/:uai/-/:text", s.open(s.showText)) // permanent
	e.GET("/e/:uai/-/seen/:text/:photo/:size", s.open(s.seenPhoto))

	// What an establishment owes to everybody (R66), without a session.
	e.GET("/e/:uai/-/legal", s.open(s.showLegal))
	e.GET("/e/:uai/-/privacy", s.open(s.showPrivacy))
	e.GET("/e/:uai/-/checks", s.open(s.showChecks))
	e.GET("/e/:uai/-/charter", s.open(s.showCharter))
	e.GET("/e/:uai/-/accessibility", s.open(s.showAccessibility))
	e.GET("/e/:uai/-/legal/edit", s.member(s.editLegal))
	e.POST("/e/:uai/-/legal/edit", s.member(s.saveLegal))
	e.GET("/e/:uai/-/charter/edit", s.member(s.editCharter))
	e.POST("/e/:uai/-/charter/edit", s.member(s.saveCharter))
	// Reports, and requests by anybody (R38).
	e.GET("/takedown", s.outside(s.findTakedown))
	e.GET("/e/:uai/-/takedown", s.open(s.newTakedown))
	e.POST("/e/:uai/-/takedown", s.open(s.takedown))
	e.GET("/e/:uai/-/reply", s.open(s.newReply)) // R55
	e.POST("/e/:uai/-/reply", s.open(s.reply))
	e.GET("/e/:uai/-/reply/record", s.member(s.newRecord))
	e.POST("/e/:uai/-/reply/record", s.member(s.recordReply))
	e.GET("/e/:uai/-/report/:text", s.member(s.newReport))
	e.POST("/e/:uai/-/report/:text", s.member(s.report))
	e.GET("/e/:uai/-/reports", s.member(s.listReports))
	e.GET("/e/:uai/-/reports/:report", s.member(s.ownReport(s.showFollowUp)))
	e.POST("/e/:uai/-/reports/:report/respond", s.member(s.ownReport(s.respondWith)))
	e.POST("/e/:uai/-/reports/:report/attach", s.member(s.ownReport(s.attach)))
	e.POST("/e/:uai/-/reports/:report/appeal", s.member(s.ownReport(s.appealReport)))
	// By a follow-up address, without a session.
	e.GET("/s/:secret", s.followed(s.showFollowUp))
	e.POST("/s/:secret/claim", s.followed(s.claimReport))
	e.POST("/s/:secret/respond", s.followed(s.respondWith))
	e.POST("/s/:secret/attach", s.followed(s.attach))
	e.POST("/s/:secret/appeal", s.followed(s.appealReport))

	// The director's desk, and who stands in.
	e.GET("/e/:uai/-/desk", s.benched(s.showDesk))
	e.GET("/e/:uai/-/desk/acts", s.benched(s.listLentActs))
	e.GET("/e/:uai/-/delegations", s.member(s.listDelegations))
	e.POST("/e/:uai/-/delegations", s.member(s.lend))
	e.POST("/e/:uai/-/delegations/:delegation/end", s.member(s.endDelegation))
	e.GET("/e/:uai/-/establishments", s.benched(s.listEstablishments))
	e.GET("/e/:uai/-/establishments/:school", s.benched(s.showEstablishment))
	e.POST("/e/:uai/-/establishments/:school", s.benched(s.appointActing))
	e.POST("/e/:uai/-/establishments/:school/acting/:tenure/end", s.benched(s.endActing))

	// Cases.
	e.GET("/e/:uai/-/cases", s.benched(s.listCases))
	e.GET("/e/:uai/-/cases/:case", s.benched(s.showCase))
	e.GET("/e/:uai/-/cases/:case/attachments/:attachment", s.benched(s.showAttachment))
	e.POST("/e/:uai/-/cases/:case/act", s.benched(s.actOnCase))
	e.POST("/e/:uai/-/cases/:case/reporters", s.benched(s.nameReporters))
	e.POST("/e/:uai/-/cases/:case/note", s.benched(s.noteInCase))
	e.POST("/e/:uai/-/cases/:case/refer", s.benched(s.refer))
	e.POST("/e/:uai/-/cases/:case/keeping", s.benched(s.endKeeping))
	e.POST("/e/:uai/-/cases/:case/unfounded", s.benched(s.onUnfounded))
	e.POST("/e/:uai/-/cases/:case/guardians", s.benched(s.onGuardians))
	e.POST("/e/:uai/-/cases/:case/step", s.benched(s.takeStep))
	e.GET("/e/:uai/-/cases/:case/export", s.benched(s.exportCase))
	e.POST("/e/:uai/-/cases/:case/link", s.benched(s.linkCase))
	e.POST("/e/:uai/-/cases/:case/unlink", s.benched(s.unlinkCase))
	e.GET("/e/:uai/-/cases/:case/decide", s.benched(s.newDecision))
	e.POST("/e/:uai/-/cases/:case/decide", s.benched(s.decideCase))
	// Figures (R67).
	e.GET("/e/:uai/-/figures", s.benched(s.showFigures))
	e.GET("/e/:uai/-/transparency", s.benched(s.showTransparency))
	e.GET("/e/:uai/-/transparency.csv", s.benched(s.exportTransparency))
	e.POST("/e/:uai/-/transparency/publish", s.member(s.publishReport))
	e.GET("/e/:uai/-/transparency/:year", s.open(s.showPublicReport)) // once it is published
	e.GET("/e/:uai/-/transparency/:year/table.csv", s.open(s.exportPublicReport))
	e.GET("/e/:uai/-/cases/:case/reply", s.benched(s.newReplyAnswer))
	e.POST("/e/:uai/-/cases/:case/reply", s.benched(s.answerReply))
	e.GET("/e/:uai/-/reasons", s.benched(s.listReasons))
	e.POST("/e/:uai/-/reasons", s.benched(s.keepReason))
	e.POST("/e/:uai/-/reasons/:reason", s.benched(s.keepReason))
	e.POST("/e/:uai/-/reasons/:reason/drop", s.benched(s.dropReason))
	e.GET("/e/:uai/-/orders/new", s.member(s.newOrder))
	e.POST("/e/:uai/-/orders", s.member(s.recordOrder))
	e.GET("/e/:uai/-/decisions/:case", s.member(s.showDecision))
	e.POST("/e/:uai/-/decisions/:case/appeal", s.member(s.appealDecision))

	// Writing.
	e.GET("/e/:uai/-/texts", s.member(s.listWorks))
	e.GET("/e/:uai/-/write/:space", s.member(s.newText))
	e.POST("/e/:uai/-/write/:space", s.member(s.createText))
	e.GET("/e/:uai/-/texts/:text", s.member(s.showWork))
	e.GET("/e/:uai/-/texts/:text/edit", s.member(s.editText))
	e.POST("/e/:uai/-/texts/:text/edit", s.member(s.saveText))
	e.PUT("/e/:uai/-/texts/:text/draft", s.member(s.autosaveText))
	e.POST("/e/:uai/-/texts/:text/act", s.member(s.actOnWork))
	e.POST("/e/:uai/-/texts/:text/appeal", s.member(s.contestWork))
	e.GET("/e/:uai/-/texts/:text/history", s.member(s.showHistory))
	// Photos.
	e.GET("/e/:uai/-/photos", s.member(s.listPhotos))
	e.POST("/e/:uai/-/photos", s.member(s.uploadPhotos))
	e.POST("/e/:uai/-/photos/series", s.member(s.beginSeries))
	e.POST("/e/:uai/-/photos/same", s.member(s.samePeople))
	e.GET("/e/:uai/-/photos/:photo", s.member(s.showIdentify))
	e.POST("/e/:uai/-/photos/:photo", s.member(s.saveIdentify))
	e.GET("/e/:uai/-/photos/:photo/state", s.member(s.showPhotoState))
	e.GET("/e/:uai/-/photos/:photo/original", s.member(s.getOriginal))
	e.POST("/e/:uai/-/photos/:photo/act", s.member(s.actOnPhoto))
	// Trombinoscopes.
	e.GET("/e/:uai/-/classes", s.member(s.listClasses))
	e.GET("/e/:uai/-/classes/:group/trombinoscope", s.member(s.showTrombinoscope))
	e.GET("/e/:uai/-/classes/:group/trombinoscope/:photo/:size", s.member(s.showPortrait))
	e.GET("/e/:uai/-/classes/:group/trombinoscope/:photo/report", s.member(s.newPortraitReport))
	e.POST("/e/:uai/-/classes/:group/trombinoscope/:photo/report", s.member(s.reportPortrait))
	e.GET("/e/:uai/-/classes/:group/trombinoscope/make", s.member(s.showAlbum))
	e.POST("/e/:uai/-/classes/:group/trombinoscope/make", s.member(s.makeAlbum))
	// Consents.
	e.GET("/e/:uai/-/consents", s.member(s.listConsents))
	e.GET("/e/:uai/-/consents/mine", s.member(s.listMyConsents))
	e.GET("/e/:uai/-/consents/ask", s.member(s.newRequest))
	e.POST("/e/:uai/-/consents/ask", s.member(s.ask))
	e.GET("/e/:uai/-/consents/export", s.member(s.exportConsents))
	e.POST("/e/:uai/-/consents/remind", s.member(s.remindConsents))
	e.POST("/e/:uai/-/consents/photos", s.member(s.addToProject))
	e.GET("/e/:uai/-/consents/:consent", s.member(s.showConsent))
	e.POST("/e/:uai/-/consents/:consent/answer", s.member(s.answerConsent))
	e.POST("/e/:uai/-/consents/:consent/revoke", s.member(s.revokeConsent))
	e.POST("/e/:uai/-/consents/:consent/resend", s.member(s.resendLink))
	e.POST("/e/:uai/-/consents/:consent/sole", s.member(s.recordSole))
	e.GET("/e/:uai/-/consents/:consent/print", s.member(s.printConsent))
	e.POST("/e/:uai/-/consents/:consent/papers", s.member(s.recordConsentPaper))
	e.POST("/e/:uai/-/consents/:consent/papers/:paper/confirm", s.member(s.confirmPaper))
	e.POST("/e/:uai/-/consents/:consent/papers/:paper/dismiss", s.member(s.dismissPaper))
	e.GET("/e/:uai/-/consents/:consent/papers/:paper/scan", s.member(s.showScan))

	// By a link in a letter, without a session.
	e.GET("/c/:token", s.linked(s.showLink))
	e.POST("/c/:token/answer", s.linked(s.answerLink))
	e.POST("/c/:token/revoke", s.linked(s.revokeLink))
	e.GET("/c/:token/photos/:photo", s.linked(s.linkPhoto))

	e.GET("/e/:uai/-/persons", s.member(s.findPersons))
	e.POST("/e/:uai/-/texts/:text/wait", s.member(s.waitForPhotos))

	e.GET("/e/:uai/-/briefing", s.member(s.showBriefing))
	e.POST("/e/:uai/-/briefing", s.member(s.readBriefing))
	e.GET("/e/:uai/-/notices", s.benched(s.listNotices))
	e.POST("/e/:uai/-/notices", s.benched(s.readNotices))

	e.GET("/e/:uai/-/denials", s.member(s.listDenials))
	e.GET("/e/:uai/-/mail", s.member(s.listMail))
	e.GET("/e/:uai/-/settings", s.member(s.listSettings))
	e.GET("/e/:uai/-/settings/:key", s.member(s.showSetting))
	e.POST("/e/:uai/-/settings/:key", s.member(s.configure))

	// Review.
	e.GET("/e/:uai/-/review", s.member(s.listQueue))
	e.POST("/e/:uai/-/review/next", s.member(s.nextItem))
	e.GET("/e/:uai/-/review/:text", s.member(s.showItem))
	e.POST("/e/:uai/-/review/:text/act", s.member(s.actOnItem))
	e.POST("/e/:uai/-/review/:text/claim", s.member(s.prolongClaim))
	e.POST("/e/:uai/-/review/:text/release", s.member(s.releaseItem))
	e.POST("/e/:uai/-/review/:text/authorisations", s.member(s.recordPaper))
	e.POST("/e/:uai/-/review/:text/authorisations/:authorisation/end", s.member(s.endPaper))
	e.GET("/e/:uai/-/authorisations", s.member(s.listAwaited))
	e.POST("/e/:uai/-/texts/:text/collective", s.member(s.sayCollective))
	e.POST("/e/:uai/-/texts/:text/collective/end", s.member(s.endCollective))
	e.GET("/e/:uai/-/review/:text/suggest", s.member(s.newSuggestion))
	e.POST("/e/:uai/-/review/:text/suggest", s.member(s.suggestText))

	// What is stopped at once (R26, R54).
	e.GET("/e/:uai/-/stops", s.member(s.listStops))
	e.POST("/e/:uai/-/stops/text/:text", s.member(s.stopText))
	e.POST("/e/:uai/-/stops/space/:space", s.member(s.stopSpace))
	e.POST("/e/:uai/-/stops/:hold/release", s.member(s.releaseStop))
	e.POST("/e/:uai/-/halts", s.member(s.halt))
	e.POST("/e/:uai/-/halts/:halt/end", s.member(s.resume))

	// Who may publish (R53).
	e.GET("/e/:uai/-/standings", s.member(s.listStandings))
	e.POST("/e/:uai/-/standings", s.member(s.setStanding))
	e.POST("/e/:uai/-/standings/:standing/end", s.member(s.endStanding))
	e.POST("/e/:uai/-/standings/:standing/observe", s.member(s.observe))

	// Spaces.
	e.GET("/e/:uai/-/spaces", s.member(s.listSpaces))
	e.GET("/e/:uai/-/spaces/new", s.member(s.newSpace))
	e.POST("/e/:uai/-/spaces/new", s.member(s.createSpace))
	e.GET("/e/:uai/-/spaces/:space", s.member(s.showSettings))
	e.POST("/e/:uai/-/spaces/:space", s.member(s.configureSpace))
	e.POST("/e/:uai/-/spaces/:space/act", s.member(s.actOnSpace))
}
