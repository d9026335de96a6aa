package calendar

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
)

// Zone is a school holiday zone: those of the mainland, Corsica and the territories,
// which set their own.
type Zone string

// The zones. Those for which school.json holds nothing are known by name, so that
// an establishment there has its time zone and its public holidays, and is told that
// its school holidays are not known.
const (
	ZoneA           Zone = "A"
	ZoneB           Zone = "B"
	ZoneC           Zone = "C"
	ZoneCorse       Zone = "corse"
	ZoneGuadeloupe  Zone = "guadeloupe"
	ZoneMartinique  Zone = "martinique"
	ZoneGuyane      Zone = "guyane"
	ZoneReunion     Zone = "reunion"
	ZoneMayotte     Zone = "mayotte"
	ZoneSaintPierre Zone = "saint-pierre-et-miquelon"
	ZoneCaledonie   Zone = "nouvelle-caledonie"
	ZonePolynesie   Zone = "polynesie"
	ZoneWallis      Zone = "wallis-et-futuna"
)

// home is what follows from a zone unless the establishment says otherwise.
type home struct {
	timeZone  string
	territory Territory
}

var homes = map[Zone]home{
	ZoneA:           {"Europe/Paris", Mainland},
	ZoneB:           {"Europe/Paris", Mainland},
	ZoneC:           {"Europe/Paris", Mainland},
	ZoneCorse:       {"Europe/Paris", Mainland},
	ZoneGuadeloupe:  {"America/Guadeloupe", Guadeloupe},
	ZoneMartinique:  {"America/Martinique", Martinique},
	ZoneGuyane:      {"America/Cayenne", Guyane},
	ZoneReunion:     {"Indian/Reunion", Reunion},
	ZoneMayotte:     {"Indian/Mayotte", Mayotte},
	ZoneSaintPierre: {"America/Miquelon", Mainland},
	ZoneCaledonie:   {"Pacific/Noumea", Mainland},
	ZonePolynesie:   {"Pacific/Tahiti", Mainland},
	ZoneWallis:      {"Pacific/Wallis", Mainland},
}

// Zones lists every known zone: A, B, C, Corsica, then the territories.
func Zones() []Zone {
	return []Zone{
		ZoneA, ZoneB, ZoneC, ZoneCorse, ZoneGuadeloupe, ZoneMartinique, ZoneGuyane,
		ZoneReunion, ZoneMayotte, ZoneSaintPierre, ZoneCaledonie, ZonePolynesie, ZoneWallis,
	}
}

// stretch is the days from first up to, and without, after.
type stretch struct{ first, after day }

func (s stretch) has(d day) bool { return s.first <= d && d < s.after }

// schooling is what is known of one zone: the days that its published calendars
// cover, and those among them without lessons. Both ascend.
type schooling struct {
	covered []stretch
	breaks  []stretch
}

func (s *schooling) knows(d day) bool  { return s != nil && inAny(s.covered, d) }
func (s *schooling) closed(d day) bool { return s != nil && inAny(s.breaks, d) }

// inAny reports whether one of the stretches, which ascend and do not meet, has d.
func inAny(ascending []stretch, d day) bool {
	i, found := slices.BinarySearchFunc(ascending, d, func(s stretch, d day) int { return int(s.first - d) })
	return found || i > 0 && ascending[i-1].has(d)
}

//go:embed school.json
var schoolJSON []byte

var schoolYears, schoolSource = mustReadSchool(schoolJSON)

// SchoolSource names where the embedded school holidays come from, for the pages
// that show them.
func SchoolSource() string { return schoolSource }

type schoolFile struct {
	Source string       `json:"source"`
	Years  []schoolYear `json:"years"`
}

// schoolYear covers the days from First, the pupils' return, to Until. A break
// without zones of its own is all the year's.
type schoolYear struct {
	Zones  []Zone        `json:"zones"`
	First  string        `json:"first"`
	Until  string        `json:"until"`
	Breaks []schoolBreak `json:"breaks"`
}

// schoolBreak runs from its first day without lessons to the day when they resume.
type schoolBreak struct {
	Name  string `json:"name"`
	Zones []Zone `json:"zones"`
	From  string `json:"from"`
	Back  string `json:"back"`
}

// mustReadSchool panics on data that does not hold together: it is compiled in, so
// only a change to the source can break it, and the first test would tell.
func mustReadSchool(raw []byte) (map[Zone]*schooling, string) {
	zones, source, err := readSchool(raw)
	if err != nil {
		panic(err)
	}
	return zones, source
}

func readSchool(raw []byte) (map[Zone]*schooling, string, error) {
	var file schoolFile
	if err := json.Unmarshal(raw, &file); err != nil {
		return nil, "", fmt.Errorf("read school calendar: %w", err)
	}
	zones := map[Zone]*schooling{}
	for _, year := range file.Years {
		for _, zone := range year.Zones {
			if err := year.addTo(zones, zone); err != nil {
				return nil, "", fmt.Errorf("read school calendar of zone %s from %s: %w", zone, year.First, err)
			}
		}
	}
	return zones, file.Source, nil
}

func (y schoolYear) addTo(zones map[Zone]*schooling, zone Zone) error {
	if _, ok := homes[zone]; !ok {
		return fmt.Errorf("%w: %q", ErrUnknownZone, zone)
	}
	s := zones[zone]
	if s == nil {
		s = &schooling{}
		zones[zone] = s
	}
	until, err := parseDay(y.Until)
	if err != nil {
		return err
	}
	if s.covered, err = appendStretch(s.covered, y.First, until+1); err != nil {
		return err
	}
	for _, b := range y.Breaks {
		if len(b.Zones) > 0 && !slices.Contains(b.Zones, zone) {
			continue
		}
		back, err := parseDay(b.Back)
		if err != nil {
			return fmt.Errorf("%s: %w", b.Name, err)
		}
		if s.breaks, err = appendStretch(s.breaks, b.From, back); err != nil {
			return fmt.Errorf("%s: %w", b.Name, err)
		}
	}
	return nil
}

// appendStretch adds a stretch that must come after those already there.
func appendStretch(to []stretch, from string, after day) ([]stretch, error) {
	first, err := parseDay(from)
	if err != nil {
		return nil, err
	}
	if after <= first {
		return nil, fmt.Errorf("%s ends before it begins", from)
	}
	if n := len(to); n > 0 && first < to[n-1].after {
		return nil, fmt.Errorf("%s begins before the one above it ends", from)
	}
	return append(to, stretch{first, after}), nil
}
