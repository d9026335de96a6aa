// Sends files one by one, each with its progress, and says what becomes of them.
import { make } from '../editor/dom.js'
import { fill } from '../editor/labels.js'

// send sends one file in a field, and gives what the server says of it. What goes wrong is an
// error in words; where it is worth trying again, the error says so.
export function send({ address, file, field = 'photo', fields = {}, labels, progress }) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  body.append(field, file, file.name)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const failed = (message, again) => reject(Object.assign(new Error(message), { again }))
    request.open('POST', address)
    request.setRequestHeader('Accept', 'application/json, application/problem+json')
    request.responseType = 'json'
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) progress.value = (100 * event.loaded) / event.total
      if (event.loaded === event.total) progress.removeAttribute('value') // it is there, and looked at
    })
    request.addEventListener('load', () => {
      if (request.status === 201) return resolve(request.response)
      if (request.status === 401) return failed(labels.signedOut, true)
      const errors = (request.response?.errors || []).map((fault) => fault.Text).join(' ')
      failed(errors || labels[field + 'Failed'], !errors)
    })
    request.addEventListener('error', () => failed(labels[field + 'Offline'], true))
    request.send(body)
  })
}

export const isPicture = (file) => file.type.startsWith('image/') || /\.hei[cf]$/i.test(file.name)

// sendEach sends files to an address, one after another, each with its progress in the list.
// arrived is told of each that is there, with its place in the list; again, when one that had
// failed is. It gives how many failed.
export async function sendEach({ address, field = 'photo', fields, files, limit, labels, list, say, arrived, again }) {
  let sent = 0
  let failed = 0
  for (const file of files) {
    const state = make('div', { class: 'pictures-state' })
    const place = make('li', {}, make('div', {}, make('strong', {}, file.name), state))
    list.append(place)
    const attempt = async () => {
      const progress = make('progress', { max: 100, value: 0, 'aria-label': fill(labels.photoSending, { name: file.name }) })
      state.replaceChildren(progress)
      say(fill(labels.photoSending, { name: file.name }))
      try {
        arrived(await send({ address, field, file, fields, labels, progress }), place, file)
        sent++
        return true
      } catch (failure) {
        refuse(state, labels, failure, async () => (await attempt()) && again?.())
        say(`${file.name} : ${failure.message}`)
        return false
      }
    }
    if (limit && file.size > limit * 1048576) {
      failed++
      refuse(state, labels, new Error(fill(labels[field + 'TooLarge'], { limit })))
    } else if (!(await attempt())) failed++
  }
  say(fill(labels[field + 'Sent'], { count: sent }))
  return { sent, failed }
}

function refuse(state, labels, failure, attempt) {
  state.replaceChildren(make('p', { class: 'field-error' }, failure.message))
  if (!failure.again) return
  const retry = make('button', { type: 'button', class: 'secondary' }, labels.photoAgain)
  retry.addEventListener('click', attempt)
  state.append(retry)
}
