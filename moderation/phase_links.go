package moderation

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"imprimatur/publication"
)

// links flags every way out of the service, whether it is a link or spelled out.
type links struct{}

var spelledAddress = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>"«»]+`)

func (links) name() string { return "links" }

func (links) look(s Sample) []Finding {
	var matches []Match
	var spelled []string
	for _, f := range s.written() {
		for _, at := range spelledAddress.FindAllStringIndex(f.text, -1) {
			address := strings.TrimRight(f.text[at[0]:at[1]], ".,;:!?…'’)")
			if leavesHere(address, s.Hosts) {
				matches = append(matches, f.match(at[0], at[0]+len(address)))
				spelled = append(spelled, address)
			}
		}
	}
	for _, address := range publication.Links(s.Revision.HTML) {
		if leavesHere(address, s.Hosts) && !slices.Contains(spelled, address) {
			matches = append(matches, Match{Field: Body, Text: clip(address)})
		}
	}
	if len(matches) == 0 {
		return nil
	}
	return []Finding{{Verdict: Flag, Reason: "outside_link", Ground: "PURP", Severity: 1, Matches: matches}}
}

// leavesHere reports whether a web address leads to another host than ours.
func leavesHere(address string, hosts []string) bool {
	if len(address) >= 4 && strings.EqualFold(address[:4], "www.") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return true
	}
	return u.Host != "" && !slices.Contains(hosts, strings.ToLower(u.Hostname()))
}
