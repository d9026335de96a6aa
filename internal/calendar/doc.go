// Package calendar is the clocks of RULES ("Clocks"): it adds a span to an instant
// in an establishment's own time zone, and knows which days count.
//
// A span is counted in one of five kinds. Four of them (HOURS, CALENDAR_DAYS,
// WORKING_DAYS, MONTHS) are legal clocks: they never pause, and nothing in their
// computation can reach the school calendar (invariant 10). SCHOOL_DAYS serves
// service targets only: Monday to Friday, less public holidays and the school
// holidays of the establishment's zone. Wednesday counts, because collèges and
// lycées teach on Wednesday morning.
//
// School holidays are data, embedded from school.json. Outside the years that it
// covers, and for zones that it does not know, a school day is a plain weekday
// that is no public holiday, and every result that relied on this says so
// ([Reckoning].Assumed, [Calendar.SchoolYearKnown]).
//
// Instants come in any zone and are given back in UTC. A Calendar is immutable and
// safe for concurrent use.
package calendar
