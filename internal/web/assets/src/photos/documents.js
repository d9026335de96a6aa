// <fieldset data-send-documents="address">: files chosen for a document, or dropped on it, are
// sent one by one, each with its progress, and join the form. Without this script the form
// sends them all at once.
import { make } from '../editor/dom.js'
import { labelsOf } from '../editor/labels.js'
import { sendEach } from './send.js'

export function sendDocuments(root = document) {
  for (const fieldset of root.querySelectorAll('[data-send-documents]')) enhance(fieldset)
}

function enhance(fieldset) {
  const labels = labelsOf(fieldset)
  const input = fieldset.querySelector('input[type=file]')
  const pattern = fieldset.querySelector('template[data-row]').innerHTML
  const said = make('p', { class: 'visually-hidden', role: 'status' })
  const wait = make('p', { class: 'field-error', role: 'alert' })
  let busy = 0
  let list = fieldset.querySelector('ul.pictures-list')
  if (!list) {
    list = make('ul', { class: 'pictures-list' })
    fieldset.querySelector('legend').after(list)
  }
  fieldset.append(said, wait)
  fieldset.querySelector('[data-plain]').hidden = true // what is chosen is sent at once, with words of its own
  const start = async (files) => {
    input.value = ''
    busy++
    await sendEach({
      address: fieldset.dataset.sendDocuments, field: 'document', files, limit: Number(fieldset.dataset.limit), labels, list,
      say: (what) => (said.textContent = what),
      arrived: (file, place, { name }) => place.replaceWith(row(pattern, file, name)),
    })
    busy--
    wait.textContent = ''
  }
  fieldset.form.addEventListener('submit', (event) => {
    if (!busy) return
    event.preventDefault()
    event.stopPropagation()
    wait.textContent = labels.documentWait
  })
  input.addEventListener('change', () => start([...input.files]))
  fieldset.addEventListener('dragover', (event) => event.preventDefault())
  fieldset.addEventListener('drop', (event) => {
    event.preventDefault()
    start([...event.dataTransfer.files])
  })
}

// row is a file of the form, as the server writes them.
function row(pattern, { id, text }, name) {
  const holder = make('ul')
  holder.innerHTML = pattern.replaceAll('__ID__', id)
  holder.querySelector('[data-name]').textContent = name
  holder.querySelector('[data-state]').textContent = text
  return holder.firstElementChild
}
