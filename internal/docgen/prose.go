package main

import (
	"imprimatur/internal/actor"
	"imprimatur/workflow"
)

// What the documents say in words lives in this file, keyed by what it explains.
// A test holds the keys against the tables.

// prose says what a status means, and who acts next.
type prose struct{ means, next string }

const statesIntro = `# The state machines

Generated from the tables of ` + "`workflow/`" + ` by ` + "`make generate`" + `; do not edit.

Two questions are kept apart. *Has this exact text been approved?* is the editorial status of a
revision. *May it be seen right now?* is the exposure of a contribution, and is derived from its
holds. An edit of something live is a new revision, reviewed while the approved one stays visible;
taking something down never rewrites who approved what.

## How to read the tables

A row says: from this status, on this action, when this is so, to that status. One status and action
match exactly one row, whatever the facts. A command is answered in this order, and the first refusal
stands:

1. It names the version that its author looked at. If the thing has moved since, it is stale (R19).
2. No row for the status and the action: impossible.
3. None of the row's roles: forbidden, by the rule in brackets, else by R09.
4. A need of the row without its proof: unmet, and every such need is named.
5. The reason lacks what the row asks for: the fields are named (R43, or the rule in brackets).

An action "with" another is a part of that act and is never asked for by itself. What a row promises
is written to the outbox in the same transaction, and done by a worker.

A space has a moderation mode, and each revision keeps the one that it was judged under:

`

const revisionIntro = `A contribution has at most one revision on its way. ` + "`abandon`" + ` is its author's from every
open status, and submitting another one moves it to replaced: both are left out of the drawing.
`

const holdIntro = `One hold is one reason why something is not visible or, for a freeze, not writable. Holds stack:
each is placed and released by its own act, and releasing one leaves the others. A hold on a topic,
an article or a space reaches everything below it and changes no status there. What is released
names the revision to show. A sealed hold (R50) is seen by the evidence custodian alone.
`

const exposureIntro = `Exposure is derived and never stored. Of everything that is so, the first in this list counts. A
kind of hold that the program does not know hides as a block.

`

const lifeIntro = `Purging removes the texts; the trail and a tombstone stay.
`

const spaceIntro = `A space is frozen by a hold, not by a status, so that unfreezing it finds it as it was.
`

const photoIntro = `Whether a picture may be shown is not a status of it: that is asked for each use and each moment, of
who is in it and what they agreed to (R27). A pupil may name those whom they know; that nobody is
missing is declared by an adult.
`

const consentIntro = `One person's consent to one request. What may be shown is not read from its status but from the
cover that is resolved from the answers: who has said yes to which use, and nobody no. A withdrawal
is taken in every status (R33).
`

const caseIntro = `One examination of one thing, however many have reported it. Whoever is concerned by it (its author,
whom it is about, who reported it) never judges it, and an appeal is for somebody who has not judged
it before (R45, R46). The clock is set when a time begins, and goes on whoever has the case in hand;
what is late goes to the head of establishment (R41). A case that goes to the authority above leaves
the head's view (R40).
`

const orderIntro = `An authority's order to block something is a case of its own kind (R48). Its clock runs from its
receipt; nothing is blocked before somebody has made sure of its sender, and then at once, in the
same commit. What it has blocked becomes visible by the director's lift alone, with a reference
(invariant 3). An order about what is the head's own goes to the authority above (R46).
`

const verdictsIntro = `What a case comes to. A hold that it places or releases is its own, and no other's.

`

const replyIntro = `A reply of somebody whom a message names or designates (R55 to R57) is a case too, with a machine of its own: the director
answers it, and nobody in their name. It is received, acknowledged and found by the same statuses.

`

const needsIntro = `A need is met by a proof, and refuses without one. Where a need asks what the thing is (its kind, its
mode) and not what is missing, the action is not offered at all.

`

const rolesIntro = `Roles are worked out for the person and the thing at hand, in the transaction that uses them. What a
director may delegate, with dates, has a role of its own, which the director holds too.

`

var editorials = map[workflow.Editorial]prose{
	workflow.Draft:             {"being written; the only status in which a text changes", "the author, or for a suggestion whoever made it and the author"},
	workflow.Submitted:         {"numbered, hashed and unchangeable from now on", "the screening worker"},
	workflow.InReview:          {"waits for a human judgement", "a moderator"},
	workflow.ChangesRequested:  {"sent back with a reason", "the author, with a new revision"},
	workflow.Rejected:          {"refused, or taken back after it was live, with a ground", "nobody; the author may appeal"},
	workflow.AwaitingSignature: {"approved; a public page that the director has yet to sign", "the director, or a delegate"},
	workflow.AwaitingConsent:   {"approved; an authorisation is missing (R27, R36)", "the persons concerned"},
	workflow.Scheduled:         {"approved and complete; due now is what is meant by approved", "the clock"},
	workflow.Live:              {"the text that readers see, unless something hides it", "readers; in POST a moderator still has to look"},
	workflow.Superseded:        {"was live until the next one was", "nobody; live again if its successor is reverted"},
	workflow.Replaced:          {"its author submitted another before it was decided", "nobody"},
	workflow.Abandoned:         {"given up by its author", "nobody"},
}

var holdings = map[workflow.Holding]prose{
	workflow.NoHold:   {"not placed yet", "whoever may place it"},
	workflow.Open:     {"at work", "whoever may release it"},
	workflow.Released: {"over; the row stays as evidence", "nobody"},
}

var lives = map[workflow.Life]prose{
	workflow.Kept: {"its texts are there", "the clock, when their time is over; the director"},
	workflow.Gone: {"its texts were removed for good", "nobody"},
}

var spaces = map[workflow.SpaceStatus]prose{
	workflow.NoSpace:     {"not created", "whoever may create it"},
	workflow.SpaceOpen:   {"in use", "its contributors"},
	workflow.SpaceClosed: {"nothing new is written; reading goes on", "its owner, who may open it again"},
}

var photos = map[workflow.PhotoStatus]prose{
	workflow.NoPhoto:      {"not uploaded", "whoever may write"},
	workflow.Preparing:    {"uploaded; its renditions are being made and its faces counted", "the worker"},
	workflow.Spoiled:      {"could not be read", "nobody"},
	workflow.Unidentified: {"ready; nobody has declared completely who is in it", "an adult, who says who is in it (R27)"},
	workflow.Identified:   {"everybody in it is named, or it is said why not", "nobody, until somebody corrects it"},
	workflow.Erased:       {"its files are gone; the trail stays", "nobody"},
}

var consents = map[workflow.ConsentStatus]prose{
	workflow.NoConsent:         {"not asked for", "whoever asks"},
	workflow.Asked:             {"no use is covered yet, and some still may be", "those who must sign and have not (R29, R30)"},
	workflow.Granted:           {"at least one use is covered", "nobody; anyone who signed may withdraw"},
	workflow.Refused:           {"to every use somebody has said no", "nobody; whoever refused may think again by themselves"},
	workflow.Revoked:           {"withdrawn by the person or a guardian (R33)", "nobody; nobody is asked again for a while"},
	workflow.ExpiredConsent:    {"its time is over, or the person has come of age (R34)", "nobody; at majority the person is asked anew"},
	workflow.SupersededConsent: {"a later request for the same takes its place", "nobody"},
}

var cases = map[workflow.CaseStatus]prose{
	workflow.NoCase:           {"not reported", "whoever reports (R38)"},
	workflow.CaseReceived:     {"reported; what the content was is sealed as evidence", "the worker, which acknowledges, and masks what is grave (R39, R42)"},
	workflow.CaseAcknowledged: {"whoever reported has a reference and knows what happens next", "the worker, which finds who examines it (R40)"},
	workflow.CaseAssigned:     {"in somebody's hands", "whom it is assigned to; the clock, when too much of the time is over (R40, R41)"},
	workflow.CaseExamining:    {"a human is looking at it", "whoever examines it"},
	workflow.CaseInquiring:    {"whoever reported was asked for something", "they; the examination may go on without"},
	workflow.CaseDecided:      {"decided; author and reporter have each been told why (R43, R44)", "the parties, who may appeal until the time for that is over (R45)"},
	workflow.CaseAppealed:     {"a party asks for another look", "another human than who decided; the clock, when the time to answer is over (R45)"},
	workflow.CaseClosed:       {"nobody may appeal any more", "nobody"},
	workflow.CaseOrdered:      {"an authority's order was recorded (R48)", "whoever judges, who makes sure of its sender and executes it"},
	workflow.CaseExecuted:     {"what the order is about is blocked", "whoever judges, who answers the authority"},
	workflow.CaseAnswered:     {"the authority knows what was done", "nobody; the director alone may lift"},
	workflow.CaseMerged:       {"another case goes on with what it is about", "nobody"},
}

var verdicts = map[workflow.Verdict]string{
	workflow.Keep:            "what was reported stays, or comes back with its original date.",
	workflow.AskEdit:         "the author is asked for another version; what is live stays meanwhile.",
	workflow.Remind:          "the author of a private message is told what is not allowed (R25): removing it is the ENT's.",
	workflow.WithdrawAll:     "the whole content is withdrawn, with its statement of reasons (R43).",
	workflow.Stand:           "of an author's appeal that no case came before (R45): the rejection, the mask or the withdrawal stands.",
	workflow.WithdrawPicture: "a picture is withdrawn wherever it is used, with its statement of reasons (R43).",
}

var replyVerdicts = map[workflow.Verdict]string{
	workflow.ReplyInserted: "it stands under its message, to the letter, for the message's readers.",
	workflow.ReplyRefused:  "whoever replies is told why, and that a court may be asked.",
}

var modes = map[workflow.Mode]string{
	workflow.Pre:        "a human approves before anything appears (R12).",
	workflow.Post:       "it appears, then a human looks (R13).",
	workflow.PupilPress: "a lycée's pupils publish without prior approval; only the director acts against it, on a ground of the decree (R14).",
}

var exposures = map[workflow.Exposure]string{
	workflow.Purged:      "nobody sees it; its texts are gone and a tombstone is left.",
	workflow.Blocked:     "nobody sees it, by an authority's order (R48).",
	workflow.Withdrawn:   "nobody sees it, by a reasoned decision (R43).",
	workflow.Masked:      "nobody sees it for now (R42).",
	workflow.Archived:    "nobody sees it; it was put away.",
	workflow.Visible:     "the audience of its space sees the live revision.",
	workflow.Unpublished: "nothing has been published yet.",
}

var holdKinds = map[workflow.HoldKind]string{
	workflow.BlockHold:    "an authority's order (R48)",
	workflow.WithdrawHold: "a takedown, with its statement of reasons (R43)",
	workflow.MaskHold:     "an interim measure, until a human has looked again (R42)",
	workflow.ArchiveHold:  "put away by the author or by the space (R06)",
	workflow.FreezeHold:   "writing is stopped (R26, R15)",
}

var reasons = map[workflow.ReasonRule]string{
	workflow.NoReason:      "",
	workflow.NeedText:      "a sentence",
	workflow.NeedGround:    "a ground and a sentence",
	workflow.NeedStatement: "a ground, a sentence and the statement of reasons",
	workflow.NeedReference: "a reference and a sentence",
}

var actions = map[workflow.Action]string{
	workflow.Submit:         "hand the draft in; its text never changes again.",
	workflow.Accept:         "take a moderator's suggestion and hand it in (R18).",
	workflow.Decline:        "leave a moderator's suggestion.",
	workflow.Abandon:        "give it up.",
	workflow.Derive:         "let the same text, its picture left out or blurred, take the place of the approved one.",
	workflow.Pass:           "screening found nothing that needs a human first.",
	workflow.HoldBack:       "screening asks for a human first.",
	workflow.Replace:        "make way for the next revision.",
	workflow.Approve:        "let exactly this text appear.",
	workflow.RequestChanges: "send it back with what should be different.",
	workflow.Reject:         "refuse it.",
	workflow.Reverse:        "an appeal was upheld: another human reviews it (R45).",
	workflow.Sign:           "the director's *bon à publier*.",
	workflow.RefuseToSign:   "send it back unsigned.",
	workflow.Recall:         "take an approved text back before it appears.",
	workflow.ConsentCleared: "the last authorisation came.",
	workflow.OmitPhoto:      "go on without the picture.",
	workflow.BlurPhoto:      "go on with the persons blurred.",
	workflow.Publish:        "make it what readers see.",
	workflow.Supersede:      "make way for the next live revision.",
	workflow.Review:         "a human has looked at what is live, and lets it stand (R13).",
	workflow.Revert:         "take the live revision down, and bring the one before it back.",
	workflow.Reinstate:      "be live again in place of the reverted one.",
	workflow.Mask:           "hide it until a human has looked again (R42).",
	workflow.Withdraw:       "take it down by a reasoned decision (R43).",
	workflow.Block:          "take it down on an authority's order (R48).",
	workflow.Archive:        "put it away.",
	workflow.Freeze:         "stop the writing in a space (R26, R15).",
	workflow.Restore:        "release a mask or a withdrawal.",
	workflow.Lift:           "release a block.",
	workflow.Stop:           "mask a contribution with one tap, until somebody has looked.",
	workflow.Unarchive:      "bring it back from the archive.",
	workflow.Unfreeze:       "let writing go on.",
	workflow.Purge:          "remove its texts for good.",
	workflow.CreateSpace:    "make a space.",
	workflow.Configure:      "change its mode, audience, owner, backup, title or roles.",
	workflow.Close:          "end the writing.",
	workflow.Reopen:         "begin it again.",
	workflow.Upload:         "bring a picture.",
	workflow.Prepare:        "its renditions are made, and its faces counted.",
	workflow.Spoil:          "it could not be read.",
	workflow.Describe:       "say who is in it, without declaring that nobody is missing.",
	workflow.Identify:       "declare completely who is in it (R27).",
	workflow.Doubt:          "somebody may be missing: it waits until that is declared again.",
	workflow.Erase:          "remove its files for good.",
	workflow.Ask:            "ask for it, for one project (R28, R31).",
	workflow.Grant:          "say yes to the uses that are named, and to no other.",
	workflow.Refuse:         "say no to all uses.",
	workflow.Revoke:         "withdraw it, at any time and without a reason (R33).",
	workflow.Reassess:       "who must sign has changed: authority, age, a setting (R30, R34).",
	workflow.Expire:         "its time is over.",
	workflow.Succeed:        "make way for a later request.",
	workflow.Report:         "say what is wrong with a content, and where it is (R38).",
	workflow.Acknowledge:    "tell whoever reported that it has come, and what happens next (R39).",
	workflow.Assign:         "put it into somebody's hands (R40).",
	workflow.Examine:        "begin to look at it.",
	workflow.Inquire:        "ask whoever reported for something.",
	workflow.Respond:        "answer what was asked.",
	workflow.DecideCase:     "come to a verdict, with its reasons (R43).",
	workflow.Appeal:         "ask for another look, by another human (R45).",
	workflow.CloseCase:      "the time to appeal is over.",
	workflow.Dismiss:        "let what was decided stand.",
	workflow.Overturn:       "uphold the appeal, and come to another verdict.",
	workflow.ReopenCase:     "begin again what was closed.",
	workflow.Reassign:       "put it into somebody else's hands.",
	workflow.Escalate:       "put it into the hands of the head of establishment (R40, R41).",
	workflow.MaskCase:       "hide what it is about until it is decided (R42).",
	workflow.ShowCase:       "show that again until then; what is of severity 4 and is reported later masks it anew.",
	workflow.Transfer:       "hand it to the authority above (R40, R46).",
	workflow.Merge:          "let another case go on with it.",
	workflow.InsertReply:    "show it under its message, unaltered (R57).",
	workflow.RefuseReply:    "refuse it, with one of the law's grounds and reasons (R56).",
	workflow.EndReply:       "take it from readers, once it has outlived its message (R57).",
	workflow.RecordOrder:    "write down an authority's order, as it was received (R48).",
	workflow.Authenticate:   "say how its sender was made sure of.",
	workflow.ExecuteOrder:   "block what it is about, at once.",
	workflow.AnswerOrder:    "keep what a human has answered to the authority.",
	workflow.LiftOrder:      "release its block and no other hold, by a reference.",
	workflow.RejectOrder:    "set it aside: it does not come from whom it names.",
	workflow.PassOrder:      "let the authority above execute it.",
}

var needs = map[string]string{
	"appeal":             "an appeal against the rejection was upheld.",
	"archive":            "the hold is an archive.",
	"attribution":        "every borrowed work carries its attribution.",
	"audience":           "the audience is allowed for this kind of space.",
	"authorisations":     "no pupil's work would be read further than its authorisation reaches.",
	"legal_pages":        "the space would not be public, or the information pages are complete.",
	"block":              "the hold is a block.",
	"briefing":           "the author has read this year's briefing.",
	"complete":           "the request says everything that a consent must say, for one project and a time.",
	"consent":            "every authorisation that the use needs is there.",
	"contribution":       "it is placed on a contribution.",
	"content_to_seal":    "it is a contribution or a picture: a space is not sealed.",
	"derived_revision":   "the revision without the picture, or with it blurred, is ready.",
	"due":                "its hour has come.",
	"evidence_ground":    "the ground is of severity 4.",
	"freeze":             "the hold is a freeze.",
	"hidden":             "no reader sees it.",
	"identification":     "everybody in the picture is named, or it is said why not.",
	"mask_or_withdrawal": "the hold is a mask or a withdrawal.",
	"mask_to_seal":       "sealing is not asked for: only a mask, a withdrawal or a block seals.",
	"mode":               "the moderation mode is allowed for this kind of space.",
	"no_legal_hold":      "no legal hold and no retention keeps it, and no decision on it can be appealed.",
	"no_prior_approval":  "it is not a pupils' publication, for which nobody asks beforehand.",
	"not_own_cause":      "the actor is a person, and did not write what is held.",
	"other_person":       "the actor neither wrote nor suggested the text.",
	"other_reviewer":     "the actor is not the one who rejected it before.",
	"own_draft":          "the draft is the author's own, not a suggestion.",
	"over":               "its time has come to its end, or the person has come of age.",
	"own_word":           "it is the word of the person or a guardian, or two of the staff have seen the paper that they signed.",
	"owner":              "an adult owner and a backup answer for the space.",
	"press_heard":        "in pupils' press, whoever writes or reads today still may.",
	"put_away":           "its author has archived it.",
	"settled":            "no text of it is on its way.",
	"press_ground":       "the ground is insult, defamation, or a serious harm that the law knows.",
	"quota":              "the author is within the limits.",
	"rested":             "nobody who refused or withdrew is asked again too soon.",
	"revision_named":     "the command names the revision to show, or there is none.",
	"second_look":        "who acts is not the moderator who pressed the stop button, or answers for the space.",
	"severity_4":         "what was found is of severity 4, or a human decides.",
	"signature":          "the director has signed this exact text, where it is for the public.",
	"signatures":         "no page that is visible would become public without the director having signed it.",
	"space":              "it is placed on a space.",
	"space_open":         "the space is neither frozen nor closed, and somebody answers for it.",
	"standing":           "the author may publish.",
	"suggestion":         "the draft is a moderator's suggestion.",
	"unblocked":          "no authority's order holds it.",
	"unused":             "nothing that is live or on its way shows it.",
	"unreviewed":         "no human has looked at it yet.",
	"report_complete":    "the report says where the content is and what is wrong, by whom and in good faith.",
	"asked":              "whoever reported was asked something, and has not answered it yet.",
	"undecided":          "no decision was ever taken in the case; what was decided stays with its appeals.",
	"unconcerned":        "the actor is neither author, target nor reporter, and may judge the head's cause; or hands it on as the worker.",
	"fresh_eyes":         "the actor has not judged this exact text, nor decided this case before.",
	"director_unseals":   "what it hides is not sealed, or the actor directs the publication.",
	"maskable":           "it is about something here that it does not hide yet.",
	"masked":             "it hides that until it is decided.",
	"unordered":          "no authority's order blocks that.",
	"verdict":            "it comes to one of the verdicts.",
	"appeal_in_time":     "the time to appeal is not over, and nobody has appealed yet.",
	"appeal_lapsed":      "nobody may appeal any more.",
	"late":               "its time asks for somebody higher, or a human does.",
	"authority":          "there is an authority above.",
	"reply_complete":     "the request says what R55 asks for.",
	"reply_shown":        "readers see the reply.",
	"message":            "there is a message here that the reply answers.",
	"message_gone":       "the message is gone, and the reply was seen for as long as that, a day at least.",
	"redress_lapsed":     "the time to go to court is over.",
	"order_complete":     "the order says who orders, by what law and by which reference, and what it is about was found.",
	"authenticated":      "somebody has made sure of the sender of the order.",
	"continued":          "another case that is to be decided yet goes on with it.",
}

var roles = map[actor.Role]string{
	actor.System:      "the clock and the worker.",
	actor.Author:      "wrote the contribution.",
	actor.Suggester:   "wrote this suggestion.",
	actor.Contributor: "may write in the space.",
	actor.Moderator:   "reviews in the space.",
	actor.Owner:       "answers for the space.",
	actor.Backup:      "answers for the space when the owner is away.",
	actor.Director:    "director of publication in office, or the acting head.",
	actor.Signatory:   "may sign public pages: the director or a delegate.",
	actor.Judge:       "may decide cases: the director or a delegate.",
	actor.Masker:      "may mask anywhere in the establishment: the director or a delegate.",
	actor.Withdrawer:  "may withdraw anywhere in the establishment: the director or a delegate.",
	actor.Stopper:     "may stop a space: the director or a delegate.",
	actor.Admin:       "runs the service for the establishment; reads no draft.",
	actor.Custodian:   "keeps sealed evidence (R50).",
	actor.Officer:     "keeps the register of consents.",
	actor.Staff:       "teaches or works in the establishment.",
	actor.Depicted:    "is the person whose consent it is.",
	actor.Guardian:    "holds parental authority over that person.",
	actor.Reporter:    "has reported the content: anyone (R38).",
	actor.Examiner:    "may examine the case: whom it is assigned to, and whoever judges (R40).",
	actor.Reader:      "belongs to the audience, and no more.",
}
