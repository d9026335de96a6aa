package publication

import "html/template"

// Template gives the text to a page, which shows it as it is: Sanitize made it.
func (h HTML) Template() template.HTML {
	return template.HTML(h.safe)
}

// Template gives the text and its marks to a page, which shows them as they are.
func (a Annotated) Template() template.HTML {
	return template.HTML(a.safe)
}
