package i18n

import "strconv"

// Fault words what is wrong with a field, by the code of a field error: the message
// of this field where it has one of its own, else the code's, else what can be said
// of any field.
func (p *Printer) Fault(code, field string, limit int) string {
	return p.FaultOf(code, field, limit, "")
}

// FaultOf is Fault for a code that speaks of something by name.
func (p *Printer) FaultOf(code, field string, limit int, named string) string {
	for _, key := range []string{"fault." + code + "_" + field, "fault." + code, "fault.wrong"} {
		if text, err := p.T(key, "Limit", p.Number(limit), "Named", named); err == nil {
			return text
		}
	}
	return code
}

// Need words a requirement that is not met, with its rule.
func (p *Printer) Need(name, rule string) string { return p.Text("need."+name) + " (" + rule + ")" }

// Number writes a number as the language groups it: « 5 000 », "5,000".
func (p *Printer) Number(n int) string {
	gap := "\u202f"
	if p.lang == English {
		gap = ","
	}
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + gap + digits[at:]
	}
	return digits
}
