// <figure data-boxes>: the frames around people on a photo can be drawn, moved and sized
// by mouse, by touch and by keyboard, and follow the rows of the form beside it. Without
// this script they are a drawing, and the rows say everything.
import { make } from '../editor/dom.js'
import { fill, labelsOf } from '../editor/labels.js'

const leastShare = 0.02 // of the picture's side
const leastPixels = 12 // of the standard size: what the server takes
const step = 0.01
const svg = (name, attributes = {}) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}
const between = (low, n, high) => Math.min(Math.max(n, low), high)

export function frame(root = document) {
  for (const figure of root.querySelectorAll('[data-boxes]')) {
    const form = root.querySelector('form[data-people-form]')
    if (form) new Frames(figure, form)
  }
}

class Frames {
  constructor(figure, form) {
    Object.assign(this, { figure, form, labels: labelsOf(figure), drawing: figure.querySelector('svg'), rows: form.querySelector('[data-rows]') })
    this.size = { w: Number(figure.dataset.width), h: Number(figure.dataset.height) }
    const shown = Math.min(1, 1600 / Math.max(this.size.w, this.size.h))
    const least = (side) => Math.min(1, Math.max(leastShare, leastPixels / (side * shown)))
    this.least = { w: least(this.size.w), h: least(this.size.h) }
    this.drawing.removeAttribute('aria-hidden')
    this.drawing.setAttribute('role', 'group')
    this.drawing.setAttribute('aria-label', this.labels.boxHelp)
    this.said = make('p', { class: 'hint', role: 'status' }, this.labels.boxHelp)
    this.button = make('button', { type: 'button', class: 'secondary', 'aria-pressed': 'false' }, this.labels.boxDraw)
    figure.after(this.button, this.said)
    this.button.addEventListener('click', (event) => this.toggle(event))
    this.boxes = [...this.rows.querySelectorAll('[data-boxed]')].map((row) => this.adopt(row))
    this.drawing.addEventListener('pointerdown', (event) => this.draw(event))
    this.form.addEventListener('input', () => this.name())
    this.form.addEventListener('change', (event) => this.changed(event))
    this.form.addEventListener('focusin', (event) => this.point(event.target.closest('[data-row]')))
    this.more()
    this.name()
  }

  say(label, box) {
    this.said.textContent = fill(label, { number: box ? this.boxes.indexOf(box) + 1 : '' })
  }

  // adopt makes a box of a row, with what is drawn of it already.
  adopt(row) {
    const drawn = this.drawing.querySelector(`[data-for="${row.dataset.row}"]`)
    drawn?.remove()
    const box = { row, rect: svg('rect'), number: svg('text', { dx: '0.25em', dy: '0.95em', 'font-size': Math.max(this.size.w / 28, 1) }), corner: svg('circle', { r: Math.max(this.size.w / 60, 4) }) }
    box.group = svg('g', { tabindex: '0', role: 'img', class: 'frame' })
    box.group.append(box.rect, box.number, box.corner)
    this.drawing.append(box.group)
    box.group.addEventListener('keydown', (event) => this.key(event, box))
    box.group.addEventListener('focus', () => this.point(row))
    box.group.addEventListener('pointerdown', (event) => this.drag(event, box))
    this.place(box, this.read(row))
    return box
  }

  read(row) {
    const value = (name) => Number(row.querySelector(`[data-${name}]`).value)
    return { x: value('x'), y: value('y'), w: value('w'), h: value('h') }
  }

  // place puts a box where it is to be, inside the picture.
  place(box, at) {
    const w = between(this.least.w, at.w, 1)
    const h = between(this.least.h, at.h, 1)
    box.at = { x: between(0, at.x, 1 - w), y: between(0, at.y, 1 - h), w, h }
    for (const [name, value] of Object.entries(box.at)) box.row.querySelector(`[data-${name}]`).value = value.toFixed(5)
    const { x, y } = box.at
    const pixels = { x: x * this.size.w, y: y * this.size.h, width: w * this.size.w, height: h * this.size.h }
    for (const [name, value] of Object.entries(pixels)) box.rect.setAttribute(name, value)
    box.number.setAttribute('x', pixels.x)
    box.number.setAttribute('y', pixels.y)
    box.corner.setAttribute('cx', pixels.x + pixels.width)
    box.corner.setAttribute('cy', pixels.y + pixels.height)
  }

  // name tells each box who it is said to be.
  name() {
    this.boxes.forEach((box, i) => {
      const outcome = box.row.querySelector('select')
      const who = box.row.querySelector('.if-person input').value
      const what = outcome.value === 'person' && who ? who : outcome.value ? outcome.selectedOptions[0].label : this.labels.boxOpen
      box.group.setAttribute('aria-label', fill(this.labels.boxName, { number: i + 1, name: what }))
      box.group.classList.toggle('frame-said', Boolean(outcome.value))
      box.number.textContent = i + 1
      box.row.querySelector('[data-number]').textContent = fill(this.labels.boxName, { number: i + 1, name: what })
    })
  }

  // point shows which box a row is about.
  point(row) {
    for (const box of this.boxes) box.group.classList.toggle('frame-pointed', box.row === row)
  }

  key(event, box) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
    if (move) {
      const [dx, dy] = move.map((n) => n * step)
      if (event.shiftKey) this.place(box, { ...box.at, w: box.at.w + dx, h: box.at.h + dy })
      else this.place(box, { ...box.at, x: box.at.x + dx, y: box.at.y + dy })
      this.say(event.shiftKey ? this.labels.boxSized : this.labels.boxMoved, box)
    } else if (event.key === 'Delete' || event.key === 'Backspace') this.drop(box)
    else if (event.key === 'Enter' || event.key === ' ') box.row.querySelector('select').focus()
    else return
    event.preventDefault()
  }

  // drop takes a box away that somebody has drawn; what the machine found stays.
  drop(box) {
    const gone = box.row.querySelector('[data-gone]')
    if (!gone) return this.say(this.labels.boxFound)
    this.say(this.labels.boxGone, box)
    gone.checked = true
    box.row.hidden = true
    box.group.remove()
    this.boxes = this.boxes.filter((one) => one !== box)
    this.name()
    this.button.focus()
  }

  changed(event) {
    if (!event.target.matches('[data-gone]')) return
    const box = this.boxes.find((one) => one.row.contains(event.target))
    if (box) this.drop(box)
  }

  // at is where a pointer is, in shares of the picture.
  at(event) {
    const { left, top, width, height } = this.drawing.getBoundingClientRect()
    return { x: between(0, (event.clientX - left) / width, 1), y: between(0, (event.clientY - top) / height, 1) }
  }

  // follow calls back for each move of a pointer until it is let go.
  follow(event, moved, done) {
    event.preventDefault()
    const target = event.currentTarget
    target.setPointerCapture(event.pointerId)
    const move = (next) => next.pointerId === event.pointerId && moved(this.at(next))
    const end = () => {
      target.removeEventListener('pointermove', move)
      target.removeEventListener('pointerup', end)
      target.removeEventListener('pointercancel', end)
      done?.()
    }
    target.addEventListener('pointermove', move)
    target.addEventListener('pointerup', end)
    target.addEventListener('pointercancel', end)
  }

  drag(event, box) {
    if (this.active) return
    event.stopPropagation()
    box.group.focus()
    const from = this.at(event)
    const before = box.at
    const sizing = event.target === box.corner
    this.follow(event, (to) => {
      const dx = to.x - from.x
      const dy = to.y - from.y
      if (sizing) this.place(box, { ...before, w: before.w + dx, h: before.h + dy })
      else this.place(box, { ...before, x: before.x + dx, y: before.y + dy })
    }, () => box.at !== before && this.say(sizing ? this.labels.boxSized : this.labels.boxMoved, box))
  }

  // toggle begins to draw; by keyboard, a box is put into the middle at once.
  toggle(event) {
    if (event.detail === 0) return this.add({ x: 0.4, y: 0.35, w: 0.2, h: 0.3 }).group.focus()
    this.active = !this.active
    this.button.setAttribute('aria-pressed', String(this.active))
    this.figure.classList.toggle('photo-drawing', this.active)
    this.said.textContent = this.active ? this.labels.boxDrawing : this.labels.boxHelp
  }

  draw(event) {
    if (!this.active) return
    const from = this.at(event)
    const box = this.add({ ...from, ...this.least })
    this.follow(event, (to) => {
      this.place(box, { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), w: Math.abs(to.x - from.x), h: Math.abs(to.y - from.y) })
    }, () => {
      this.toggle({ detail: 1 })
      this.say(this.labels.boxAdded, box)
      box.row.querySelector('select').focus()
    })
  }

  // row makes an empty row of the form's pattern.
  row() {
    const pattern = this.form.querySelector('template[data-more]').innerHTML
    const count = this.rows.querySelectorAll('[data-row]').length
    const holder = document.createElement('div')
    holder.innerHTML = pattern.replaceAll('pN', `p${count}`)
    return holder.firstElementChild
  }

  add(at) {
    const row = this.row()
    row.dataset.boxed = ''
    const select = row.querySelector('select')
    for (const option of this.form.querySelector('template[data-outcomes]').content.querySelectorAll('option')) select.append(option.cloneNode(true))
    const gone = make('label', { hidden: true }, make('input', { type: 'checkbox', name: `${row.dataset.row}-gone`, value: 'yes', 'data-gone': true }))
    row.querySelector('fieldset').append(gone)
    this.rows.append(row)
    const box = this.adopt(row)
    this.boxes.push(box)
    this.place(box, at)
    this.name()
    this.say(this.labels.boxAdded, box)
    return box
  }

  // more adds somebody without a box, without a trip to the server.
  more() {
    const button = this.form.querySelector('button[value=more]')
    button.addEventListener('click', (event) => {
      event.preventDefault()
      const row = this.row()
      this.rows.append(row)
      row.querySelector('select').focus()
    })
  }
}
