// The copy of an unsaved text on this device, from its first change until it is
// saved. It is no longer there afterwards: school computers are shared.
const sentKey = 'imprimatur.sent'

// dropSent drops the copy of a text that a form took to the server.
export function dropSent() {
  try {
    const key = sessionStorage.getItem(sentKey)
    const [page] = performance.getEntriesByType('navigation')
    if (!key || !(page?.responseStatus < 400)) return
    sessionStorage.removeItem(sentKey)
    if (!document.querySelector('textarea[data-editor]')) localStorage.removeItem(key)
  } catch {
    // storage is closed to us: there is no copy
  }
}

export class Copy {
  constructor(key) {
    this.key = `imprimatur.copy:${key}`
  }

  // keep answers whether the browser let us.
  keep(html) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ html, at: Date.now() }))
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

  // sent says that the text is on its way with its form. The page that comes next
  // drops the copy, if it is no error (dropSent, in app.js).
  sent() {
    try {
      sessionStorage.setItem(sentKey, this.key)
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
