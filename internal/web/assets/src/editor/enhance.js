// Turns <textarea data-editor> into the rich-text editor. Without JavaScript the
// textarea stays what it is, with plain text in it. It understands:
//
//   data-html        the sanitised HTML to edit
//   data-html-name   the name of the hidden field that holds the HTML ("html"); when
//                    it is sent, the textarea is not
//   data-autosave    where to PUT the form every few seconds after a change
//   data-version     the version that was loaded, for If-Match; a form field named
//                    "version" is kept up to date
//   data-copy-key    names the copy on this device; unless told, data-autosave does, or
//                    the page's address. Whoever is signed in is part of the name
//                    (body data-person)
//   data-labels      JSON: other words than those of labels.js
//   data-photos      see pictures.js
//
// The textarea needs an id and a <label for>; aria-describedby is carried over.
import { Editor } from '@tiptap/core'
import { Autosave } from './autosave.js'
import { Copy } from './copy.js'
import { make } from './dom.js'
import { fill, labelsOf, timeOf } from './labels.js'
import { makeLinkDialog } from './link.js'
import { cleanPaste } from './paste.js'
import { Pictures } from './pictures.js'
import { extensions } from './schema.js'
import { makeToolbar } from './toolbar.js'

export function enhance(area) {
  const labels = labelsOf(area)
  const html = area.dataset.html || ''
  const field = make('input', { type: 'hidden', name: area.dataset.htmlName || 'html', value: html })
  const place = make('div', { class: 'editor-text' })
  const status = make('p', { class: 'editor-status', role: 'status', 'aria-live': 'polite' })
  const pictures = area.dataset.photos ? new Pictures({ area, labels }) : null
  const editor = new Editor({
    element: place,
    extensions,
    content: html,
    injectCSS: false, // the content security policy allows our own style sheet only
    editorProps: {
      attributes: attributesFor(area),
      transformPastedHTML: cleanPaste,
      handlePaste: (view, event) => Boolean(pictures?.paste(event)),
      handleDrop: (view, event, slice, moved) => Boolean(pictures?.drop(view, event, moved)),
    },
  })
  const dialog = makeLinkDialog(editor, labels, area.id)
  const bar = makeToolbar(editor, labels, `${area.id}-editor`, dialog.open, pictures)
  const box = make('div', { class: 'editor' }, bar, dialog.box, place, status, field)
  if (pictures && !pictures.box.isConnected) box.append(pictures.box)

  area.dataset.editorReady = 'yes'
  area.hidden = true
  area.disabled = true // neither sent nor checked
  area.after(box)
  keep({ area, editor, field, labels, status, box })
  pictures?.follow(editor)
}

// attributesFor names the editor for a screen reader as the textarea was named.
function attributesFor(area) {
  const attributes = { id: `${area.id}-editor`, class: 'editor-page', role: 'textbox', 'aria-multiline': 'true' }
  const label = area.labels[0]
  if (label) {
    label.id ||= `${area.id}-label`
    attributes['aria-labelledby'] = label.id
    label.addEventListener('click', () => document.getElementById(attributes.id).focus())
  }
  if (area.hasAttribute('aria-describedby')) attributes['aria-describedby'] = area.getAttribute('aria-describedby')
  return attributes
}

// keep sees to it that nothing written is lost.
function keep({ area, editor, field, labels, status, box }) {
  const form = area.form
  const copy = new Copy(area)
  const autosave = new Autosave({ area, form, labels, copy, status })
  offer({ editor, labels, copy, box })
  editor.on('update', () => {
    field.value = editor.isEmpty ? '' : editor.getHTML()
    autosave.changed(field.value)
  })
  form.addEventListener('input', (event) => {
    if (!box.contains(event.target)) autosave.changed(field.value) // the title, say
  })
  form.addEventListener('submit', () => autosave.sent())
}

// offer asks whether to take up a copy that an earlier visit left.
function offer({ editor, labels, copy, box }) {
  const left = copy.read()
  if (!left || !copy.differs(left, editor.isEmpty ? '' : editor.getHTML())) return
  const close = () => {
    note.remove()
    editor.view.focus()
  }
  const restore = make('button', { type: 'button' }, labels.restore)
  const discard = make('button', { type: 'button', class: 'secondary' }, labels.discard)
  const note = make('div', { class: 'editor-copy', role: 'region', 'aria-label': labels.copy },
    make('p', {}, fill(labels.found, { time: timeOf(labels, new Date(left.at)) })), restore, discard)
  restore.addEventListener('click', () => {
    copy.restore(left)
    editor.commands.setContent(left.html, { emitUpdate: true })
    close()
  })
  discard.addEventListener('click', () => {
    copy.drop()
    close()
  })
  box.prepend(note)
}
