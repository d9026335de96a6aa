// What can be written: exactly what publication.Sanitize allows, no less and no more.
// An editor that knew fewer elements would take the others out of a text in silence
// (R18); the round-trip test in Go holds the two together.
import { Extension, Mark, Node } from '@tiptap/core'
import Blockquote from '@tiptap/extension-blockquote'
import Code from '@tiptap/extension-code'
import CodeBlock from '@tiptap/extension-code-block'
import Document from '@tiptap/extension-document'
import Heading from '@tiptap/extension-heading'
import Link from '@tiptap/extension-link'
import { ListItem, OrderedList } from '@tiptap/extension-list'
import { Table, TableCell, TableHeader, TableRow } from '@tiptap/extension-table'
import StarterKit from '@tiptap/starter-kit'

const photoAddress = /^\/photos\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const languageTag = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/

// isAllowedLink says what publication.Sanitize will keep: the web, mail, this site.
export function isAllowedLink(address) {
  return /^(https?:\/\/[^\s/]|mailto:[^\s@]+@|\/(?![/\\]))/i.test(address || '')
}

const languageOf = (element) => {
  const tag = element.getAttribute('lang') || ''
  return languageTag.test(tag) ? tag : null
}

const number = (element, name, least) => Math.max(least, parseInt(element.getAttribute(name), 10) || least)

// Tables stand at the top level only.
const Text = Document.extend({ content: '(block | table)+' })

// The page's title is its h1; pasted headings move to the levels there are.
const Headings = Heading.extend({
  parseHTML() {
    return [
      ...this.options.levels.map((level) => ({ tag: `h${level}`, attrs: { level } })),
      { tag: 'h1', attrs: { level: 2 } },
      { tag: 'h5', attrs: { level: 4 } },
      { tag: 'h6', attrs: { level: 4 } },
    ]
  },
}).configure({ levels: [2, 3, 4] })

const Item = ListItem.extend({
  content: 'paragraph (paragraph | bulletList | orderedList | blockquote | codeBlock | horizontalRule | photo)*',
})

const Ordered = OrderedList.extend({
  addAttributes() {
    return {
      start: {
        default: 1,
        parseHTML: (element) => (element.hasAttribute('start') ? number(element, 'start', 0) : 1),
      },
    }
  },
})

const Preformatted = CodeBlock.extend({
  addAttributes: () => ({}),
  renderHTML: () => ['pre', ['code', 0]],
})

const Photo = Node.create({
  name: 'photo',
  group: 'block',
  atom: true,
  draggable: true,
  addAttributes: () => ({ src: { default: null }, alt: { default: '' } }),
  parseHTML: () => [{ tag: 'img[src]', getAttrs: (img) => photoAddress.test(img.getAttribute('src')) && null }],
  renderHTML: ({ HTMLAttributes }) => ['img', HTMLAttributes],
  // While a picture is being prepared its address answers with a stand-in, and the page
  // then asks for it again: what it does to this element is not a change of the text.
  addNodeView: () => ({ node }) => {
    const dom = document.createElement('img')
    const show = ({ attrs }) => {
      if (!dom.src.includes(attrs.src)) dom.setAttribute('src', attrs.src)
      dom.setAttribute('alt', attrs.alt)
    }
    show(node)
    return {
      dom,
      ignoreMutation: () => true,
      update: (next) => next.type === node.type && (show(next), true),
    }
  },
})

// A link is underlined by itself.
const Anchor = Link.extend({
  excludes: 'link underline',
  addAttributes: () => ({ href: { default: null } }),
}).configure({
  openOnClick: false,
  defaultProtocol: 'https',
  HTMLAttributes: { target: null, class: null, rel: 'nofollow noopener noreferrer ugc' },
  isAllowedUri: isAllowedLink,
})

const script = (name, other) =>
  Mark.create({
    name,
    excludes: `${name} ${other}`,
    parseHTML: () => [{ tag: name === 'subscript' ? 'sub' : 'sup' }],
    renderHTML: () => [name === 'subscript' ? 'sub' : 'sup', 0],
  })

// Words in another language than the text around them.
const Foreign = Mark.create({
  name: 'foreign',
  addAttributes: () => ({ lang: { default: null, parseHTML: languageOf } }),
  parseHTML: () => [{ tag: 'span[lang]', getAttrs: (span) => languageOf(span) !== null && null }],
  renderHTML: ({ HTMLAttributes }) => ['span', HTMLAttributes, 0],
})

// Paragraphs and headings in another language.
const Language = Extension.create({
  name: 'language',
  addGlobalAttributes: () => [
    {
      types: ['paragraph', 'heading'],
      attributes: {
        lang: {
          default: null,
          parseHTML: languageOf,
          renderHTML: ({ lang }) => (lang ? { lang } : {}),
        },
      },
    },
  ],
})

const spans = () => ({
  colspan: { default: 1, parseHTML: (cell) => number(cell, 'colspan', 1) },
  rowspan: { default: 1, parseHTML: (cell) => number(cell, 'rowspan', 1) },
  colwidth: { default: null, rendered: false, parseHTML: () => null }, // the table commands expect it
})

const Tables = [
  Table.extend({
    group: 'table',
    renderHTML: () => ['table', ['tbody', 0]],
    addNodeView: () => null, // it would set styles
  }).configure({ resizable: false }),
  TableRow,
  TableCell.extend({ addAttributes: spans }),
  TableHeader.extend({ addAttributes: spans }),
]

export const extensions = [
  StarterKit.configure({
    blockquote: false,
    code: false,
    codeBlock: false,
    document: false,
    heading: false,
    link: false,
    listItem: false,
    orderedList: false,
  }),
  Text,
  Headings,
  Item,
  Ordered,
  Blockquote,
  Preformatted,
  Code.extend({ excludes: 'code' }),
  Photo,
  Anchor,
  script('subscript', 'superscript'),
  script('superscript', 'subscript'),
  Foreign,
  Language,
  ...Tables,
]
