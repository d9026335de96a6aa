// The copy of an unsaved text on this device, from its first change until it is
// saved. It is no longer there afterwards, and never there for anybody else (R24):
// school computers are shared. Each copy carries the id of whoever wrote it.
const prefix = 'imprimatur.copy:'
const sentKey = 'imprimatur.sent'

// person is whoever is signed in on this page; empty for nobody.
const person = () => document.body.dataset.person || ''

// keyOf names the copy of the text that is written in an area, by its author.
export function keyOf(area) {
  return `${prefix}${person()}:${area.dataset.copyKey || area.dataset.autosave || location.pathname + location.search}`
}

// guard drops what others have left on this device as soon as somebody's page loads,
// and everything when they sign out. A page of nobody's keeps what there is: whose
// session has ended comes back to it.
export function guard() {
  if (person()) dropAll((key) => !key.startsWith(`${prefix}${person()}:`))
  document.addEventListener('submit', (event) => {
    if (event.target.matches('form[action="/logout"]')) dropAll(() => true)
  })
}

function dropAll(chosen) {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix))
    for (const key of keys.filter(chosen)) localStorage.removeItem(key)
  } catch {
    // storage is closed to us: there is no copy
  }
}

// dropSent drops the copy of a text that a form took to the server: this is the page
// that answered the form, and it is neither an error nor the form again.
export function dropSent() {
  try {
    const sent = JSON.parse(sessionStorage.getItem(sentKey))
    sessionStorage.removeItem(sentKey)
    const [page] = performance.getEntriesByType('navigation')
    const area = document.querySelector('textarea[data-editor]')
    if (!sent || document.referrer !== sent.from || !(page?.responseStatus < 400)) return
    if (!area || keyOf(area) !== sent.key) localStorage.removeItem(sent.key)
  } catch {
    // storage is closed to us: there is no copy
  }
}

// Copy keeps the text, and the other fields of its form.
export class Copy {
  constructor(area) {
    this.key = keyOf(area)
    this.form = area.form
  }

  // fields are those of the form that somebody types into or chooses from.
  fields() {
    return [...this.form.elements].filter((field) => field.name && field.matches('input:not([type="hidden"]), select, textarea:not([data-editor])'))
  }

  values() {
    return Object.fromEntries(this.fields().map((field) => [field.name, field.type === 'checkbox' ? field.checked : field.value]))
  }

  // keep answers whether the browser let us.
  keep(html) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ html, values: this.values(), at: Date.now() }))
      return true
    } catch {
      return false
    }
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key))
    } catch {
      return null
    }
  }

  // differs reports whether a copy holds anything else than the form does.
  differs({ html, values = {} }, shown) {
    const now = this.values()
    return html !== shown || Object.keys(now).some((name) => name in values && values[name] !== now[name])
  }

  // restore puts the copy's other fields back into the form.
  restore({ values = {} }) {
    for (const field of this.fields()) {
      if (!(field.name in values)) continue
      if (field.type === 'checkbox') field.checked = values[field.name]
      else field.value = values[field.name]
    }
  }

  // sent says that the text is on its way with its form. The page that comes next
  // drops the copy, if it is no error (dropSent, in app.js).
  sent() {
    try {
      sessionStorage.setItem(sentKey, JSON.stringify({ key: this.key, from: location.href.split('#')[0] }))
    } catch {
      // then the copy stays, and is offered next time
    }
  }

  drop() {
    try {
      localStorage.removeItem(this.key)
    } catch {
      // nothing was kept either
    }
  }
}
