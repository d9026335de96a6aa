// A long list of boxes gets a field to search it by name. Without this script the
// list is simply whole.

// A list shorter than this is seen at a glance.
const short = 8

// fold is a name without its accents and capitals.
const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

export function filterChoices(root = document) {
  for (const set of root.querySelectorAll('fieldset.choices[data-filter]')) {
    const rows = [...set.querySelectorAll('li')]
    if (rows.length >= short) enhance(set, rows)
  }
}

function enhance(set, rows) {
  const { label, input, found } = field(set)
  const names = rows.map((row) => fold(row.textContent))
  const show = () => {
    const words = fold(input.value).split(/\s+/).filter(Boolean)
    let count = 0
    rows.forEach((row, i) => {
      const fits = words.every((word) => names[i].includes(word))
      count += fits
      // What is ticked is sent, and so it stays to be seen.
      row.hidden = !fits && !row.querySelector('input').checked
    })
    for (const part of set.querySelectorAll('.choices-part')) part.hidden = !part.querySelector('li:not([hidden])')
    found.textContent = words.length ? set.dataset.found.replace('{n}', count).replace('{all}', rows.length) : ''
  }
  input.addEventListener('input', show)
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && input.value) {
      event.preventDefault()
      input.value = ''
      show()
    } else if (event.key === 'ArrowDown') {
      event.preventDefault()
      set.querySelector('li:not([hidden]) input')?.focus()
    }
  })
  set.querySelector('.choices-parts').before(label, input, found)
}

// field makes the search's label, its input, and where the count of what was found
// is said.
function field(set) {
  const label = document.createElement('label')
  const input = document.createElement('input')
  const found = document.createElement('p')
  input.type = 'search'
  input.id = set.id + '-filter'
  input.autocomplete = 'off'
  input.setAttribute('form', '') // of no form: Enter sends nothing
  input.setAttribute('aria-describedby', set.id + '-found')
  label.htmlFor = input.id
  label.textContent = set.dataset.filter
  found.id = set.id + '-found'
  found.className = 'hint'
  found.setAttribute('role', 'status')
  return { label, input, found }
}
