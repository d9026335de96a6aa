// Pictures in the editor: chosen, dropped, pasted or taken with the camera, each is sent
// by itself and put into the text; below the text stands a list of them, with how far
// each has come and what it shows, in words, for who cannot see it.
//
//   data-photos       where to POST a picture (field "photo"); …/{id}/state tells how far
//                     it has come. Without it, no picture can be added
//   data-photo-limit  the largest file, in MiB
//
// A form field named "photo", for browsers without JavaScript, is used to choose files.
import { isPicture, send } from '../photos/send.js'
import { make } from './dom.js'
import { fill } from './labels.js'

const first = 1000 // between two questions whether a picture is ready
const longest = 8000

// picturesIn are the files of a paste or a drop that are pictures, unless words come
// with them.
function picturesIn(data) {
  const files = [...(data?.files || [])].filter(isPicture)
  const html = data?.getData('text/html') || ''
  const words = new DOMParser().parseFromString(html, 'text/html').body.textContent.trim()
  return words ? [] : files
}

export class Pictures {
  constructor({ area, labels }) {
    Object.assign(this, { area, labels, form: area.form, address: area.dataset.photos, limit: Number(area.dataset.photoLimit) || 0 })
    this.rows = new Map() // by the address that the text names a picture by
    this.waiting = []
    this.list = make('ul', { class: 'pictures-list' })
    this.said = make('p', { class: 'visually-hidden', role: 'status' })
    this.box = make('div', { class: 'pictures-box' }, this.list, this.said)
    this.input = this.chooser()
  }

  // chooser is the form's own field, or a hidden one.
  chooser() {
    const own = this.form.querySelector('input[type=file][name=photo]')
    const input = own || make('input', { type: 'file', accept: 'image/*,.heic,.heif', multiple: true, hidden: true })
    input.removeAttribute('name') // each picture is sent by itself
    if (own) own.closest('fieldset').querySelector('legend').after(this.box)
    else this.box.append(input)
    input.addEventListener('change', () => {
      this.add([...input.files])
      input.value = ''
    })
    return input
  }

  // follow keeps the list in step with the text.
  follow(editor) {
    this.editor = editor
    editor.on('update', () => this.sync())
    this.sync()
    this.form.addEventListener('submit', (event) => this.hold(event))
  }

  // hold keeps the form from being sent while a picture is under way.
  hold(event) {
    if (!this.busy && !this.waiting.length) return
    event.preventDefault()
    delete this.form.dataset.sending
    this.say(this.labels.photoWait)
    this.list.querySelector('progress')?.closest('li').scrollIntoView({ block: 'center' })
  }

  say(what) {
    this.said.textContent = what
  }

  choose() {
    this.input.click()
  }

  paste(event) {
    const files = picturesIn(event.clipboardData)
    this.add(files)
    return files.length > 0
  }

  drop(view, event, moved) {
    const files = moved ? [] : picturesIn(event.dataTransfer)
    if (!files.length) return false
    event.preventDefault()
    const at = view.posAtCoords({ left: event.clientX, top: event.clientY })
    if (at) this.editor.commands.setTextSelection(at.pos)
    this.add(files)
    return true
  }

  add(files) {
    for (const file of files) {
      const row = this.row(file.name)
      this.list.append(row.item)
      if (this.limit && file.size > this.limit * 1048576) this.fail(row, fill(this.labels.photoTooLarge, { limit: this.limit }))
      else this.waiting.push({ file, row })
    }
    this.next()
  }

  async next() {
    if (this.busy || !this.waiting.length) return
    this.busy = true
    const { file, row } = this.waiting.shift()
    try {
      this.arrived(row, await this.send(file, row))
    } catch (failure) {
      this.fail(row, failure.message, failure.again && (() => this.again(file, row)))
    }
    this.busy = false
    this.next()
  }

  again(file, row) {
    row.state.replaceChildren()
    this.waiting.push({ file, row })
    this.next()
  }

  send(file, row) {
    const { labels } = this
    const progress = make('progress', { max: 100, value: 0, 'aria-label': fill(labels.photoSending, { name: file.name }) })
    row.state.replaceChildren(progress)
    this.say(fill(labels.photoSending, { name: file.name }))
    return send({ address: this.address, file, labels, progress })
  }

  arrived(row, state) {
    row.item.remove()
    // An empty paragraph behind it, so that what is typed next does not take its place.
    this.editor.chain().insertContent([{ type: 'photo', attrs: { src: state.src, alt: '' } }, { type: 'paragraph' }]).run()
    this.tell(state.src, state)
    this.say(this.labels.photoAdded)
  }

  fail(row, why, again) {
    row.item.classList.add('pictures-failed')
    const close = make('button', { type: 'button', class: 'secondary outline' }, this.labels.photoClose)
    close.addEventListener('click', () => row.item.remove())
    const buttons = [close]
    if (again) {
      const retry = make('button', { type: 'button', class: 'secondary' }, this.labels.photoAgain)
      retry.addEventListener('click', again)
      buttons.unshift(retry)
    }
    row.state.replaceChildren(make('span', { class: 'field-error' }, why), ...buttons)
    this.say(`${row.name} : ${why}`)
  }

  // sync makes one row for each picture of the text, in its order.
  sync() {
    const there = []
    this.editor.state.doc.descendants((node) => {
      if (node.type.name === 'photo' && !there.some((one) => one.src === node.attrs.src)) there.push(node.attrs)
    })
    for (const [src, row] of this.rows) {
      if (there.some((one) => one.src === src)) continue
      row.item.remove()
      this.rows.delete(src)
    }
    let after = null
    for (const { src, alt } of there) {
      const row = this.rows.get(src) || this.known(src)
      if (document.activeElement !== row.alt && row.alt.value !== alt) row.alt.value = alt
      const place = after ? after.nextSibling : this.list.firstChild
      if (place !== row.item) this.list.insertBefore(row.item, place)
      after = row.item
    }
  }

  // row is a line of the list for a file under way.
  row(name) {
    const state = make('div', { class: 'pictures-state' })
    const item = make('li', {}, make('div', {}, make('strong', {}, name), state))
    return { name, item, state }
  }

  // known is a line of the list for a picture of the text.
  known(src) {
    const { labels } = this
    const id = src.split('/').pop()
    const thumbnail = make('img', { src: `${src}?size=thumbnail`, alt: '', width: 96, height: 72 })
    const alt = make('input', { id: `alt-${id}`, maxlength: 500, 'aria-describedby': `alt-${id}-hint` })
    const state = make('p', { class: 'meta' })
    const remove = make('button', { type: 'button', class: 'secondary outline' }, labels.photoRemove)
    const item = make('li', {}, thumbnail, make('div', {},
      make('label', { for: alt.id }, labels.photoAlt), alt, make('p', { class: 'hint', id: `alt-${id}-hint` }, labels.photoAltHint), state, remove))
    alt.addEventListener('input', () => this.change(src, (tr, at, node) => tr.setNodeMarkup(at, null, { ...node.attrs, alt: alt.value.trim() })))
    alt.addEventListener('keydown', (event) => event.key === 'Enter' && event.preventDefault()) // the form is not to be sent
    remove.addEventListener('click', () => {
      this.change(src, (tr, at, node) => tr.delete(at, at + node.nodeSize))
      this.say(labels.photoRemoved)
      this.editor.view.focus()
    })
    const row = { item, alt, state, thumbnail }
    this.rows.set(src, row)
    this.ask(src, first)
    return row
  }

  // change acts on every place where the text shows a picture, the last first.
  change(src, act) {
    const { state, view } = this.editor
    const places = []
    state.doc.descendants((node, at) => {
      if (node.type.name === 'photo' && node.attrs.src === src) places.unshift([at, node])
    })
    const tr = state.tr
    for (const [at, node] of places) act(tr, at, node)
    view.dispatch(tr)
  }

  // ask asks how far a picture has come, until it has come all the way.
  async ask(src, wait) {
    const id = src.split('/').pop()
    try {
      const response = await fetch(`${this.address}/${id}/state`, { headers: { Accept: 'application/json, application/problem+json' }, redirect: 'error' })
      if (response.ok) this.tell(src, await response.json())
      if (response.status < 500 && this.rows.get(src)?.told !== 'preparing') return
    } catch {
      // asked again below
    }
    if (this.rows.has(src)) setTimeout(() => this.ask(src, Math.min(wait * 1.5, longest)), wait)
  }

  tell(src, state) {
    const row = this.rows.get(src)
    if (!row) return
    const news = row.told === 'preparing' && state.state === 'ready'
    row.told = state.state
    row.state.replaceChildren(state.text)
    if (state.people) row.state.append(' ', make('a', { href: state.people, target: '_blank' }, this.labels.photoPeople))
    if (!news) return
    this.say(state.text)
    row.thumbnail.src = `${src}?size=thumbnail&ready=yes`
    for (const image of this.editor.view.dom.querySelectorAll('img')) {
      if (image.getAttribute('src') === src) image.src = `${src}?ready=yes`
    }
  }
}
