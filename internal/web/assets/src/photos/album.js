// <form data-send-photos>: pictures chosen or taken there, dropped on it or pasted into the
// page are sent one by one,
// each with its progress. Without this script the form sends them all at once.
import { make } from '../editor/dom.js'
import { labelsOf } from '../editor/labels.js'
import { isPicture, sendEach } from './send.js'

export function sendFromAlbum(root = document) {
  for (const form of root.querySelectorAll('form[data-send-photos]')) enhance(form)
}

function enhance(form) {
  const labels = labelsOf(form)
  const inputs = [...form.querySelectorAll('input[type=file]')]
  const list = make('ul', { class: 'pictures-list' })
  const said = make('p', { class: 'visually-hidden', role: 'status' })
  form.append(list, said)
  const say = (what) => (said.textContent = what)
  const start = (files) => sendAll({ form, labels, list, say, files })
  for (const input of inputs) input.addEventListener('change', () => start([...input.files]))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    delete form.dataset.sending
    const files = inputs.flatMap((input) => [...input.files])
    if (files.length) start(files)
    else inputs[0].focus()
  })
  form.addEventListener('dragover', (event) => event.preventDefault())
  form.addEventListener('drop', (event) => {
    event.preventDefault()
    start([...event.dataTransfer.files].filter(isPicture))
  })
  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files || [])].filter(isPicture)
    if (!files.length) return
    event.preventDefault()
    start(files)
  })
  form.querySelector('button').hidden = true // what is chosen is sent at once
}

async function sendAll({ form, labels, list, say, files }) {
  const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => name === 'series'))
  for (const input of form.querySelectorAll('input[type=file]')) input.value = ''
  const { sent, failed } = await sendEach({
    address: form.action, fields, files, limit: Number(form.dataset.photoLimit), labels, list, say,
    arrived: (_, place) => place.remove(), again: () => location.reload(),
  })
  if (sent && !failed) location.reload()
}
