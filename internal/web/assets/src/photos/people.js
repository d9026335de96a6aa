// <input data-people="address" list="…">: while a name is typed, the list offers those of
// the school whose name begins so, the nearest first. Without this script it offers those
// nearest alone, and the name is looked up when it is sent.
const pause = 200

export function offerPeople(root = document) {
  root.addEventListener('input', (event) => {
    const input = event.target
    if (!input.matches?.('input[data-people]')) return
    const only = input.form.elements.namedItem(input.name.replace(/-who$/, '-person'))
    if (only?.type === 'hidden' && only !== input) only.value = '' // somebody else is meant now
    clearTimeout(input.looking)
    input.looking = setTimeout(() => look(input), pause)
  })
}

async function look(input) {
  const typed = input.value.split(';').pop().split(' · ')[0].trim()
  if (!typed) return
  try {
    const response = await fetch(`${input.dataset.people}?${new URLSearchParams({ q: typed })}`, {
      headers: { Accept: 'application/json, application/problem+json' }, redirect: 'error',
    })
    if (!response.ok) return
    const before = input.value.slice(0, input.value.length - input.value.split(';').pop().length)
    const options = (await response.json()).map(({ label }) => {
      const option = document.createElement('option')
      option.value = before ? `${before} ${label}` : label
      return option
    })
    if (options.length) input.list.replaceChildren(...options)
  } catch {
    // the list stays as it was
  }
}
