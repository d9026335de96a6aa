// On every page. Nothing here is needed for a page to work.
import htmx from 'htmx.org'
import { filterChoices } from './choices.js'
import { dropSent, guard } from './editor/copy.js'
import { sendFromAlbum } from './photos/album.js'
import { frame } from './photos/boxes.js'
import { sendDocuments } from './photos/documents.js'
import { offerPeople } from './photos/people.js'

// The content security policy allows neither a style nor an eval of htmx's.
htmx.config.includeIndicatorStyles = false
htmx.config.allowEval = false
htmx.config.allowScriptTags = false

// A form that was sent is not sent twice by an impatient second click.
document.addEventListener('submit', (event) => {
  const form = event.target
  if (form.dataset.sending) {
    event.preventDefault()
    return
  }
  form.dataset.sending = 'yes'
  setTimeout(() => delete form.dataset.sending, 3000)
})

// Coming back by the browser's own button, a page may be sent again.
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sending]')) delete form.dataset.sending
})

// <select data-submit> sends its form when something is chosen (filters of lists).
document.addEventListener('change', (event) => {
  if (event.target.matches('select[data-submit]')) event.target.form.requestSubmit()
})

guard()
dropSent()
filterChoices()
sendFromAlbum()
sendDocuments()
frame()
offerPeople()
