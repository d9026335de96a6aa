package calendar

import "time"

// Territory says which public holidays hold: those of the mainland everywhere, and
// what the law adds in some places. The empty Territory is [Mainland].
type Territory string

// The territories whose own public holidays we know.
const (
	Mainland        Territory = "metropole"
	AlsaceMoselle   Territory = "alsace-moselle" // Good Friday and 26 December besides
	Guadeloupe      Territory = "guadeloupe"     // the abolition of slavery, on a day of their own in each of these
	SaintMartin     Territory = "saint-martin"
	SaintBarthelemy Territory = "saint-barthelemy"
	Martinique      Territory = "martinique"
	Guyane          Territory = "guyane"
	Reunion         Territory = "reunion"
	Mayotte         Territory = "mayotte"
)

// Territories lists every known territory, the mainland first.
func Territories() []Territory {
	return []Territory{Mainland, AlsaceMoselle, Guadeloupe, SaintMartin, SaintBarthelemy, Martinique, Guyane, Reunion, Mayotte}
}

// Holiday names a public holiday. It is a key for the message catalogues, not a text.
type Holiday string

// The public holidays of France (Code du travail, art. L. 3133-1), and the local ones.
const (
	NewYear      Holiday = "new_year"
	GoodFriday   Holiday = "good_friday"
	EasterMonday Holiday = "easter_monday"
	LabourDay    Holiday = "labour_day"
	Victory      Holiday = "victory_1945"
	Ascension    Holiday = "ascension"
	WhitMonday   Holiday = "whit_monday"
	BastilleDay  Holiday = "bastille_day"
	Assumption   Holiday = "assumption"
	AllSaints    Holiday = "all_saints"
	Armistice    Holiday = "armistice_1918"
	Christmas    Holiday = "christmas"
	SaintStephen Holiday = "saint_stephen"
	AbolitionDay Holiday = "abolition_of_slavery"
	noHoliday    Holiday = ""
)

type monthDay struct {
	month time.Month
	dom   int
}

var fixedHolidays = map[monthDay]Holiday{
	{time.January, 1}:   NewYear,
	{time.May, 1}:       LabourDay,
	{time.May, 8}:       Victory,
	{time.July, 14}:     BastilleDay,
	{time.August, 15}:   Assumption,
	{time.November, 1}:  AllSaints,
	{time.November, 11}: Armistice,
	{time.December, 25}: Christmas,
}

// abolition is the law of 30 June 1983 and its decrees, with the deliberations of
// the two northern islands.
var abolition = map[Territory]monthDay{
	Mayotte:         {time.April, 27},
	Martinique:      {time.May, 22},
	Guadeloupe:      {time.May, 27},
	SaintMartin:     {time.May, 28},
	Guyane:          {time.June, 10},
	SaintBarthelemy: {time.October, 9},
	Reunion:         {time.December, 20},
}

// holiday returns the public holiday that d is in a territory, or noHoliday.
func (where Territory) holiday(d day) Holiday {
	year, month, dom := d.date()
	on := monthDay{month, dom}
	if h, ok := fixedHolidays[on]; ok {
		return h
	}
	if local, ok := abolition[where]; ok && on == local {
		return AbolitionDay
	}
	if where == AlsaceMoselle && on == (monthDay{time.December, 26}) {
		return SaintStephen
	}
	return where.movable(d - easter(year))
}

// movable returns the holiday that falls a number of days after Easter Sunday.
func (where Territory) movable(sinceEaster day) Holiday {
	switch {
	case sinceEaster == -2 && where == AlsaceMoselle:
		return GoodFriday
	case sinceEaster == 1:
		return EasterMonday
	case sinceEaster == 39:
		return Ascension
	case sinceEaster == 50:
		return WhitMonday
	}
	return noHoliday
}

// easter returns Easter Sunday of a Gregorian year, by the lunar reckoning of the
// calendar's own rules: the golden number gives the age of the moon, corrected once
// a century for skipped leap days and for the moon's drift.
func easter(year int) day {
	golden := year % 19
	century := year / 100
	skipped := century - century/4
	drift := (8*century + 13) / 25
	moon := (19*golden + skipped - drift + 15) % 30
	if moon == 29 || moon == 28 && golden > 10 {
		moon--
	}
	fullMoon := newDay(year, time.March, 21) + day(moon)
	return fullMoon + day(7-int(fullMoon.weekday()))
}
