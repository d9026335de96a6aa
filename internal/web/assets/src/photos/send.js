// Sends one picture, and gives what the server says of it. What goes wrong is an error
// in words; where it is worth trying again, the error says so.
export function sendPicture({ address, file, fields = {}, labels, progress }) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  body.append('photo', file, file.name)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const failed = (message, again) => reject(Object.assign(new Error(message), { again }))
    request.open('POST', address)
    request.setRequestHeader('Accept', 'application/json, application/problem+json')
    request.responseType = 'json'
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) progress.value = (100 * event.loaded) / event.total
      if (event.loaded === event.total) progress.removeAttribute('value') // it is there, and looked at
    })
    request.addEventListener('load', () => {
      if (request.status === 201) return resolve(request.response)
      if (request.status === 401) return failed(labels.signedOut, true)
      const errors = (request.response?.errors || []).map((fault) => fault.Text).join(' ')
      failed(errors || labels.photoFailed, !errors)
    })
    request.addEventListener('error', () => failed(labels.photoOffline, true))
    request.send(body)
  })
}

export const isPicture = (file) => file.type.startsWith('image/') || /\.hei[cf]$/i.test(file.name)
