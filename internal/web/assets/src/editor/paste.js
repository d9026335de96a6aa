// Makes pasted HTML fit for the editor before it is parsed. The content security
// policy does not let a page's scripts read style attributes as styles, and programs
// such as Google Docs say "bold" in no other way; so they are read here as text, and
// become elements. publication.Sanitize does the same for what reaches it by other
// ways, and has the last word.

// What each mark looks like in an element's name and in its style: on, off or unsaid.
const marks = {
  strong: { tags: ['B', 'STRONG'], property: 'font-weight', on: /^(bold|bolder|[6-9]00)$/, off: /^(normal|[1-5]00)$/ },
  em: { tags: ['I', 'EM'], property: 'font-style', on: /^(italic|oblique)/, off: /^normal$/ },
  u: { tags: ['U'], property: 'text-decoration', on: /underline/, off: /^none$/ },
  s: { tags: ['S', 'STRIKE', 'DEL'], property: 'text-decoration', on: /line-through/, off: /^none$/ },
  sub: { tags: ['SUB'], property: 'vertical-align', on: /^sub$/, off: /^(baseline|super)$/ },
  sup: { tags: ['SUP'], property: 'vertical-align', on: /^super$/, off: /^(baseline|sub)$/ },
}
const rewritten = 'b,strong,i,em,u,s,strike,del,sub,sup,font'
const office = /<[^<>]*(\bmso-|\bMso[A-Z]|urn:schemas-microsoft-com|LibreOffice|OpenOffice)[^<>]*>/i

// inert takes away what the policy would refuse while the text is parsed.
export function inert(html) {
  return html
    .replace(/<(style|script|xml|noscript|iframe|object)\b[^]*?<\/\1\s*>/gi, '')
    .replace(/<[a-z][^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>/gi, (tag) => tag.replace(/([\s"'/])(style|on[a-z]+)(\s*=)/gi, '$1data-$2$3'))
}

export function cleanPaste(html) {
  const { body } = new DOMParser().parseFromString(inert(html), 'text/html')
  for (const element of body.querySelectorAll('[hidden], [data-style]')) {
    if (element.hidden || /(display\s*:\s*none|mso-hide\s*:\s*all)/i.test(element.dataset.style || '')) element.remove()
  }
  if (office.test(html)) body.querySelectorAll('[lang]').forEach((element) => element.removeAttribute('lang'))
  body.querySelectorAll('.Apple-converted-space').forEach((space) => space.replaceWith(' '))
  if (body.querySelector('h1')) lowerHeadings(body)
  rewriteMarks(body)
  return body.innerHTML
}

// lowerHeadings moves all headings one level down: the page's title is its h1.
function lowerHeadings(body) {
  for (const heading of body.querySelectorAll('h1, h2, h3, h4')) {
    const lower = document.createElement(`h${Math.min(4, Number(heading.tagName[1]) + 1)}`)
    lower.append(...heading.childNodes)
    heading.replaceWith(lower)
  }
}

// rewriteMarks works out how each piece of text looks, and says it in elements.
function rewriteMarks(body) {
  const texts = []
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) texts.push([walker.currentNode, marksOf(walker.currentNode, body)])
  for (const [text, names] of texts) {
    if (!names.length || !text.data.trim()) continue
    const place = document.createComment('')
    text.replaceWith(place)
    place.replaceWith(names.reduce(wrap, text))
  }
  for (const element of body.querySelectorAll(rewritten)) {
    if (!('kept' in element.dataset)) element.replaceWith(...element.childNodes)
  }
  body.querySelectorAll('[data-kept]').forEach((element) => element.removeAttribute('data-kept'))
}

function wrap(inner, name) {
  const outer = document.createElement(name)
  outer.dataset.kept = ''
  outer.append(inner)
  return outer
}

function marksOf(text, body) {
  const said = {}
  for (let element = text.parentElement; element && element !== body; element = element.parentElement) {
    const style = stylesOf(element)
    for (const [name, { tags, property, on, off }] of Object.entries(marks)) {
      if (name in said) continue
      const value = style[property] || ''
      if (on.test(value)) said[name] = true
      else if (off.test(value)) said[name] = false
      else if (tags.includes(element.tagName)) said[name] = true
    }
  }
  return Object.keys(said).filter((name) => said[name])
}

function stylesOf(element) {
  const style = {}
  for (const declaration of (element.dataset.style || '').split(';')) {
    const colon = declaration.indexOf(':')
    style[declaration.slice(0, colon).trim().toLowerCase().replace('-line', '')] = declaration.slice(colon + 1).trim().toLowerCase()
  }
  return style
}
