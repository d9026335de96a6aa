// The toolbar: one tab stop, arrow keys within (the ARIA toolbar pattern), and words
// rather than signs, so that a twelve-year-old knows what each button does.
import { make } from './dom.js'

const buttons = [
  { key: 'heading', run: (c) => c.toggleHeading({ level: 2 }), on: (e) => e.isActive('heading', { level: 2 }) },
  { key: 'subheading', run: (c) => c.toggleHeading({ level: 3 }), on: (e) => e.isActive('heading', { level: 3 }) },
  { key: 'bold', run: (c) => c.toggleBold(), on: (e) => e.isActive('bold') },
  { key: 'italic', run: (c) => c.toggleItalic(), on: (e) => e.isActive('italic') },
  { key: 'underline', run: (c) => c.toggleUnderline(), on: (e) => e.isActive('underline') },
  { key: 'bulletList', run: (c, e) => plain(c, e).toggleBulletList(), on: (e) => e.isActive('bulletList'), list: true },
  { key: 'orderedList', run: (c, e) => plain(c, e).toggleOrderedList(), on: (e) => e.isActive('orderedList'), list: true },
  { key: 'blockquote', run: (c) => c.toggleBlockquote(), on: (e) => e.isActive('blockquote') },
  { key: 'link', dialog: true, on: (e) => e.isActive('link') },
  { key: 'table', run: (c) => c.insertTable({ rows: 3, cols: 3, withHeaderRow: true }) },
  { key: 'photo', pictures: true },
  { key: 'undo', run: (c) => c.undo() },
  { key: 'redo', run: (c) => c.redo() },
  { key: 'addRow', run: (c) => c.addRowAfter(), table: true },
  { key: 'addColumn', run: (c) => c.addColumnAfter(), table: true },
  { key: 'deleteRow', run: (c) => c.deleteRow(), table: true },
  { key: 'deleteColumn', run: (c) => c.deleteColumn(), table: true },
  { key: 'deleteTable', run: (c) => c.deleteTable(), table: true },
]

// plain makes a paragraph of a heading first: items have no headings.
function plain(chain, editor) {
  return editor.isActive('heading') ? chain.setParagraph() : chain
}

export function makeToolbar(editor, labels, controls, openLink, pictures) {
  const bar = make('div', { class: 'editor-toolbar', role: 'toolbar', 'aria-label': labels.toolbar, 'aria-controls': controls })
  const entries = buttons.filter((spec) => pictures || !spec.pictures).map((spec) => {
    const button = make('button', {
      type: 'button',
      class: `editor-button editor-button-${spec.key}`,
      tabindex: '-1',
      'aria-pressed': spec.on ? 'false' : null,
    }, labels[spec.key])
    button.addEventListener('click', () => {
      if (spec.dialog) return openLink()
      if (spec.pictures) return pictures.choose()
      editor.view.focus() // at once: what is typed next belongs to the text
      spec.run(editor.chain(), editor).run()
    })
    bar.append(button)
    return { ...spec, button }
  })
  entries[0].button.tabIndex = 0
  bar.addEventListener('keydown', (event) => moveFocus(bar, event))
  const refresh = () => entries.forEach((entry) => show(editor, entry))
  editor.on('transaction', refresh)
  refresh()
  return bar
}

function show(editor, { button, on, run, table, list, dialog, pictures }) {
  if (on) button.setAttribute('aria-pressed', String(on(editor)))
  if (table) button.hidden = !editor.isActive('table')
  // aria-disabled, not disabled: a button that just did its last must keep the focus.
  const can = dialog || pictures || (list && editor.isActive('heading')) || run(editor.can().chain(), editor).run()
  button.setAttribute('aria-disabled', String(!can))
}

function moveFocus(bar, event) {
  const shown = [...bar.querySelectorAll('button:not([hidden])')]
  const at = shown.indexOf(document.activeElement)
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: shown.length - 1 }[event.key]
  if (to === undefined) return
  event.preventDefault()
  const next = shown[(to + shown.length) % shown.length]
  for (const button of bar.querySelectorAll('button')) button.tabIndex = button === next ? 0 : -1
  next.focus()
}
