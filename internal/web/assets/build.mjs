// Builds dist/: what the binary embeds. Names carry a hash of their content, so that
// browsers may keep them for ever; manifest.json tells which name stands for which.
// What is worth it lies there three times: as it is, and compressed by gzip and Brotli.
import { build } from 'esbuild'
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const out = new URL('dist/', import.meta.url).pathname

// iconsOf moves the pictures that a style sheet has in data: addresses into files of
// their own, because the content security policy lets pictures come from us only.
const iconsOf = {
  name: 'icons',
  setup(build) {
    build.onLoad({ filter: /pico\.min\.css$/ }, async ({ path }) => {
      const css = await readFile(path, 'utf8')
      const icons = []
      const contents = css.replace(/url\("data:image\/svg\+xml,([^"]*)"\)/g, (_, svg) => {
        const data = Buffer.from(decodeURIComponent(svg))
        const name = `icon-${createHash('sha256').update(data).digest('hex').slice(0, 8)}.svg`
        icons.push(writeFile(join(out, name), data))
        return `url("/assets/${name}")`
      })
      if (contents.includes('data:')) throw new Error('a data: address is left in ' + path)
      await Promise.all(icons)
      return { contents, loader: 'css' }
    })
  },
}

async function clear() {
  await mkdir(out, { recursive: true })
  for (const name of await readdir(out)) {
    if (name !== '.keep') await rm(join(out, name))
  }
}

async function bundle() {
  const result = await build({
    entryPoints: ['src/app.js', 'src/editor.js', 'src/app.css', 'src/mark.svg'],
    outdir: out,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2020', 'firefox102', 'safari15'],
    loader: { '.svg': 'copy' },
    external: ['/assets/*'],
    legalComments: 'eof',
    metafile: true,
    logLevel: 'warning',
    plugins: [iconsOf],
  })
  const manifest = {}
  for (const [path, { entryPoint }] of Object.entries(result.metafile.outputs)) {
    manifest[basename(entryPoint)] = basename(path)
  }
  await writeFile(join(out, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')
}

async function compress() {
  for (const name of await readdir(out)) {
    if (name === '.keep' || name === 'manifest.json') continue
    const data = await readFile(join(out, name))
    if (data.length < 1024) continue // one packet, compressed or not
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: data.length }
    await writeFile(join(out, name + '.gz'), gzipSync(data, { level: 9 }))
    await writeFile(join(out, name + '.br'), brotliCompressSync(data, { params }))
  }
}

await clear()
await bundle()
await compress()
