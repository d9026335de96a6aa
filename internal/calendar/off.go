package calendar

import (
	"slices"
	"time"
)

// Off is days without lessons that are no weekend: school holidays, or a public holiday outside
// of them. It runs from midnight to the midnight before lessons resume.
type Off struct {
	From, Until time.Time
	Holiday     Holiday // empty for school holidays
}

// DaysOff lists the next days off after an instant, those under way included, the first first:
// as many as asked for, and none that begins more than that many days later.
func (c *Calendar) DaysOff(after time.Time, days, most int) []Off {
	today := dayOf(after.In(c.loc))
	list := c.breaks(today, today+day(days))
	for d := today; d < today+day(days); d++ {
		if h := c.config.Territory.holiday(d); h != noHoliday && !d.weekend() && !c.school.closed(d) {
			list = append(list, c.off(stretch{d, d + 1}, h))
		}
	}
	slices.SortFunc(list, func(a, b Off) int { return a.From.Compare(b.From) })
	return list[:min(most, len(list))]
}

// breaks are the school holidays that have not ended and begin before the last day.
func (c *Calendar) breaks(today, last day) []Off {
	var list []Off
	if c.school == nil {
		return nil
	}
	for _, b := range c.school.breaks {
		if b.after > today && b.first < last {
			list = append(list, c.off(b, noHoliday))
		}
	}
	return list
}

func (c *Calendar) off(s stretch, h Holiday) Off {
	return Off{s.first.at(0, c.loc).UTC(), s.after.at(0, c.loc).UTC(), h}
}
