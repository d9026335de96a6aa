// The rich-text editor of the writing page: see editor/enhance.js for what it expects
// in the page.
import { enhance } from './editor/enhance.js'

function enhanceAll(root) {
  for (const area of root.querySelectorAll('textarea[data-editor]:not([data-editor-ready])')) enhance(area)
}

enhanceAll(document)
document.addEventListener('htmx:load', (event) => enhanceAll(event.target))
