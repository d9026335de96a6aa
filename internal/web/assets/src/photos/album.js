// <form data-send-photos>: pictures chosen or taken there, dropped on it or pasted into the
// page are sent one by one,
// each with its progress. Without this script the form sends them all at once.
import { make } from '../editor/dom.js'
import { fill, labelsOf } from '../editor/labels.js'
import { isPicture, sendPicture } from './send.js'

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
  let sent = 0
  let failed = 0
  for (const file of files) {
    const state = make('div', { class: 'pictures-state' })
    list.append(make('li', {}, make('div', {}, make('strong', {}, file.name), state)))
    const attempt = async () => {
      const progress = make('progress', { max: 100, value: 0, 'aria-label': fill(labels.photoSending, { name: file.name }) })
      state.replaceChildren(progress)
      say(fill(labels.photoSending, { name: file.name }))
      try {
        await sendPicture({ address: form.action, file, fields, labels, progress })
        state.closest('li').remove()
        sent++
      } catch (failure) {
        failed++
        refuse(state, labels, failure, attempt)
        say(`${file.name} : ${failure.message}`)
      }
    }
    const limit = Number(form.dataset.photoLimit)
    if (limit && file.size > limit * 1048576) {
      failed++
      refuse(state, labels, new Error(fill(labels.photoTooLarge, { limit })))
    } else await attempt()
  }
  say(fill(labels.photoSent, { count: sent }))
  if (sent && !failed) location.reload()
}

function refuse(state, labels, failure, attempt) {
  state.replaceChildren(make('p', { class: 'field-error' }, failure.message))
  if (!failure.again) return
  const retry = make('button', { type: 'button', class: 'secondary' }, labels.photoAgain)
  retry.addEventListener('click', async () => {
    await attempt()
    if (!state.isConnected) location.reload()
  })
  state.append(retry)
}
