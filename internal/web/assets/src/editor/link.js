// The small dialog for a link, in the page rather than over it.
import { make } from './dom.js'
import { isAllowedLink } from './schema.js'

// addressOf completes what people type: exemple.fr, a@exemple.fr.
export function addressOf(typed) {
  const text = typed.trim()
  if (isAllowedLink(text)) return text
  if (/^[^\s/@:]+@[^\s/@:]+\.[^\s/@:]+$/.test(text)) return `mailto:${text}`
  if (/^[^\s/@:]+\.[^\s/@:.]{2,}(:\d+)?(\/\S*)?$/.test(text)) return `https://${text}`
  return null
}

export function makeLinkDialog(editor, labels, id) {
  const input = make('input', { type: 'text', inputmode: 'url', id: `${id}-link`, autocomplete: 'off', 'aria-describedby': `${id}-link-error` })
  const error = make('p', { class: 'editor-link-error', id: `${id}-link-error`, role: 'alert' })
  const button = (label, run, kind) => {
    const made = make('button', { type: 'button', class: kind }, label)
    made.addEventListener('click', run)
    return made
  }
  const close = () => {
    box.hidden = true
    editor.view.focus()
  }
  const remove = () => {
    editor.chain().extendMarkRange('link').unsetLink().run()
    close()
  }
  const apply = () => {
    if (!input.value.trim()) return remove()
    const href = addressOf(input.value)
    error.textContent = href ? '' : labels.linkInvalid
    input.setAttribute('aria-invalid', String(!href))
    if (!href) return input.focus()
    put(editor, href)
    close()
  }
  const box = make('div', { class: 'editor-link', role: 'dialog', 'aria-label': labels.link, hidden: true },
    make('label', { for: input.id }, labels.linkAddress), input, error,
    make('div', { class: 'editor-link-buttons' },
      button(labels.linkApply, apply, ''), button(labels.linkRemove, remove, 'secondary'), button(labels.linkCancel, close, 'secondary')))
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close()
    if (event.key === 'Enter' && event.target === input) {
      event.preventDefault() // the form around is not to be sent
      apply()
    }
  })
  const open = () => {
    input.value = editor.getAttributes('link').href || ''
    input.removeAttribute('aria-invalid')
    error.textContent = ''
    box.hidden = false
    input.focus()
  }
  return { box, open }
}

// put links what is selected; with nothing selected, the address is its own text.
function put(editor, href) {
  const chain = editor.chain().extendMarkRange('link')
  if (editor.state.selection.empty && !editor.isActive('link')) {
    const text = href.replace(/^mailto:/, '')
    chain.insertContent({ type: 'text', text, marks: [{ type: 'link', attrs: { href } }] }).run()
    return
  }
  chain.setLink({ href }).run()
}
