// Saves the form around the editor by itself: PUT to data-autosave, form-encoded,
// with If-Match naming the version that was loaded (data-version). The answer's ETag
// is the next version. 412: somebody else saved meanwhile; we stop, and keep a copy.
// A text that is not there yet has nowhere to be saved: the copy keeps it, and while
// its author types the session is kept from ending (R08), or they are told that it has.
import { fill, timeOf } from './labels.js'

const pause = 3000 // after the last change
const longest = 60000 // between two attempts, and between two signs of life

export class Autosave {
  constructor({ area, form, labels, copy, status }) {
    Object.assign(this, { form, labels, copy, status })
    this.url = area.dataset.autosave
    this.version = area.dataset.version
    this.wait = pause
    window.addEventListener('online', () => this.dirty && this.save())
  }

  changed(html) {
    this.copy.keep(html)
    this.dirty = true
    this.plan(pause)
    if (!this.url) this.live()
  }

  // sent says that the form is being sent as a whole.
  sent() {
    clearTimeout(this.timer)
    this.stopped = true
    this.copy.sent()
  }

  plan(wait) {
    clearTimeout(this.timer)
    if (this.url && !this.stopped) this.timer = setTimeout(() => this.save(), wait)
  }

  // live tells the server that somebody is here.
  async live() {
    if (Date.now() - (this.lived || 0) < longest) return
    this.lived = Date.now()
    try {
      const response = await fetch(location.href, { method: 'HEAD', headers: { Accept: 'application/problem+json' }, redirect: 'error' })
      this.say(response.status === 401 ? this.labels.signedOut : '')
    } catch {
      this.say(this.labels.kept)
    }
  }

  async save() {
    clearTimeout(this.timer)
    if (this.busy || this.stopped) return
    this.busy = true
    this.dirty = false
    this.say(this.labels.saving)
    try {
      this.answer(await this.put())
    } catch {
      this.later()
    }
    this.busy = false
    if (this.dirty) this.plan(this.wait)
  }

  put() {
    return fetch(this.url, {
      method: 'PUT',
      headers: { 'If-Match': `"${this.version}"`, Accept: 'application/problem+json' },
      body: new URLSearchParams(new FormData(this.form)),
      redirect: 'error',
    })
  }

  answer(response) {
    const { labels } = this
    if (response.ok) return this.saved(response.headers.get('ETag'))
    if (response.status === 412) return this.stop(labels.conflict)
    if (response.status === 401) return this.later(labels.signedOut)
    if (response.status === 429 || response.status >= 500) return this.later()
    this.say(labels.refused) // the next change tries again
  }

  saved(etag) {
    this.wait = pause
    if (etag) {
      this.version = etag.replace(/^(W\/)?"|"$/g, '')
      const field = this.form.elements.namedItem('version')
      if (field) field.value = this.version
    }
    if (!this.dirty) this.copy.drop()
    this.say(fill(this.labels.saved, { time: timeOf(this.labels, new Date()) }))
  }

  later(why = this.labels.offline) {
    this.dirty = true
    this.wait = Math.min(this.wait * 2, longest)
    this.say(why)
  }

  stop(why) {
    this.stopped = true
    this.say(why)
  }

  say(what) {
    if (this.status.textContent !== what) this.status.textContent = what
  }
}
