package moderation

import (
	"regexp"
	"slices"
	"strings"

	"imprimatur/publication"
)

// contacts flags how to reach persons outside: e-mail addresses, also spelled
// out ("lina arobase exemple point fr"), and telephone numbers, French and
// international (DATA).
type contacts struct{}

var (
	emailAddress = regexp.MustCompile(`(?i)([\p{L}\p{N}][\p{L}\p{N}._%+\-]{0,63})\s?(?:@|[(\[{]\s?(?:at|arobase|@)\s?[)\]}]|\sarobase\s)\s?` +
		`([\p{L}\p{N}\-]{1,63}(?:(?:\.|\s?[(\[{]\s?(?:dot|point)\s?[)\]}]\s?|\spoint\s)[\p{L}\p{N}\-]{1,63}){0,4}` +
		`(?:\.|\s?[(\[{]\s?(?:dot|point)\s?[)\]}]\s?|\spoint\s)\p{L}{2,24})`)
	telephone = regexp.MustCompile(`(?:(?:\+|00)\s?33[\s./\-]{0,3}(?:\(0\)[\s./\-]{0,3}|0)?|0[\s./\-]{0,3})[1-9](?:[\s./\-]{0,3}[0-9]){8}` +
		`|(?:\+|\b00)[1-9](?:[\s./()\-]{0,3}[0-9]){7,14}`)
	// A whole date: a number may be pointed out so that a part of it looks like one.
	writtenDate = regexp.MustCompile(`(?:^|[^\d./\-])(?:\d{1,2}[./\-]\d{1,2}[./\-]\d{4}|\d{4}-\d{2}-\d{2})(?:$|[^\d./\-]|[./\-](?:\D|$))`)
	school      = regexp.MustCompile(`(?i)^ce\.\d{7}[a-z]$`)
)

// offices are the names before the @ of addresses that belong to no person.
var offices = []string{"contact", "info", "infos", "accueil", "secretariat", "secrétariat", "cdi", "administration", "webmaster"}

func (contacts) name() string { return "contacts" }

func (contacts) look(s Sample) []Finding {
	var mails, phones []Match
	for _, f := range s.written() {
		for _, at := range emailAddress.FindAllStringSubmatchIndex(f.text, -1) {
			if personal(f.text[at[2]:at[3]]) {
				mails = append(mails, f.match(at[0], at[1]))
			}
		}
		for _, at := range telephone.FindAllStringIndex(f.text, -1) {
			if standsAlone(f.text, at[0], at[1]) && !writtenDate.MatchString(f.text[at[0]:at[1]]) {
				phones = append(phones, f.match(at[0], at[1]))
			}
		}
	}
	mails = append(mails, hiddenMails(s, mails)...)
	var found []Finding
	if len(mails) > 0 {
		found = append(found, Finding{Verdict: Flag, Reason: "email_address", Ground: "DATA", Severity: 2, Matches: mails})
	}
	if len(phones) > 0 {
		found = append(found, Finding{Verdict: Flag, Reason: "telephone_number", Ground: "DATA", Severity: 2, Matches: phones})
	}
	return found
}

// hiddenMails are the addresses behind links that the text does not spell out.
func hiddenMails(s Sample, spelled []Match) []Match {
	var found []Match
	for _, link := range publication.Links(s.Revision.HTML) {
		address, mail := strings.CutPrefix(link, "mailto:")
		address, _, _ = strings.Cut(address, "?")
		local, _, _ := strings.Cut(address, "@")
		shown := slices.ContainsFunc(spelled, func(m Match) bool { return strings.EqualFold(m.Text, address) })
		if mail && personal(local) && !shown {
			found = append(found, Match{Field: Body, Text: clip(address)})
		}
	}
	return found
}

func personal(local string) bool {
	return !slices.Contains(offices, strings.ToLower(local)) && !school.MatchString(local)
}

// standsAlone reports whether no digit touches the place.
func standsAlone(text string, start, end int) bool {
	digit := func(at int) bool { return at >= 0 && at < len(text) && text[at] >= '0' && text[at] <= '9' }
	return !digit(start-1) && !digit(end)
}
