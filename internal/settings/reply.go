package settings

import "imprimatur/internal/calendar"

// The right of reply (R55 to R57). What the law gives whoever replies is the least: an
// establishment may give more time and more room, and answer sooner.
var (
	ReplyWindow = declare(Parameter[calendar.Duration]{
		key: "reply_window", rule: "R55", authority: Law, initial: months(3), form: span(calendar.Months, 1, 24), stricter: noShorter,
		about: "A reply is in time for this long after its message appeared. One that comes later is not refused by that: the head decides.",
	})
	ReplyLines = declare(Parameter[int]{
		key: "reply_lines", rule: "R55", authority: Law, initial: 200, form: number(1, 1000), stricter: noFewer,
		about: "A reply has at most so many lines, and no more than its message. One that is longer is not refused by that: the head decides.",
	})
	ReplyLine = declare(Parameter[int]{
		key: "reply_line", rule: "R55", authority: Default, initial: 80, form: number(40, 120),
		about: "So many characters are a line of a reply, and of its message.",
	})
	ReplyAnswer = declare(Parameter[calendar.Duration]{
		key: "reply_answer", rule: "R56", authority: Law, initial: days(3), form: span(calendar.CalendarDays, 1, 3), stricter: noLonger,
		about: "A reply is inserted, or refused with reasons, within this; no holiday pauses it.",
	})
	ReplyAlert = declare(Parameter[calendar.Duration]{
		key: "reply_alert", rule: "R56", authority: Default, initial: hours(24), form: span(calendar.Hours, 1, 71),
		about: "Who is to answer a reply is reminded this long after it came.",
	})
	ReplySecondAlert = declare(Parameter[calendar.Duration]{
		key: "reply_second_alert", rule: "R56", authority: Default, initial: hours(48), form: span(calendar.Hours, 1, 71),
		about: "And again this long after it came.",
	})
	ReplyDisplay = declare(Parameter[calendar.Duration]{
		key: "reply_display", rule: "R57", authority: Law, initial: days(1), form: span(calendar.CalendarDays, 1, 365), stricter: noShorter,
		about: "A reply stays for as long as its message, and for this at least.",
	})
)
