// The words of the editor. A page gives its own as JSON in data-labels, in whole or
// in part; these are the ones it gets otherwise.
const french = {
  toolbar: 'Mise en forme',
  heading: 'Titre',
  subheading: 'Sous-titre',
  bold: 'Gras',
  italic: 'Italique',
  underline: 'Souligné',
  bulletList: 'Liste',
  orderedList: 'Liste numérotée',
  blockquote: 'Citation',
  link: 'Lien',
  table: 'Tableau',
  documentFailed: 'Le fichier n’a pas pu être envoyé.',
  documentOffline: 'Pas de connexion : le fichier n’est pas parti.',
  documentSent: '{count} fichiers envoyés.',
  documentTooLarge: 'Ce fichier est trop lourd : {limit} Mio au plus.',
  documentWait: 'Un fichier est encore en route : attendez qu’il soit arrivé.',
  photo: 'Photo',
  photoAdded: 'La photo est dans le texte.',
  photoAgain: 'Réessayer',
  photoAlt: 'Que voit-on sur cette photo ?',
  photoAltHint: 'Une phrase, pour qui ne peut pas la voir.',
  photoClose: 'D’accord',
  photoFailed: 'La photo n’a pas pu être envoyée.',
  photoOffline: 'Pas de connexion : la photo n’est pas partie.',
  photoPeople: 'Indiquer qui est dessus',
  photoRemove: 'Retirer du texte',
  photoRemoved: 'La photo n’est plus dans le texte.',
  photoSending: 'Envoi de {name}…',
  photoSent: '{count} photos envoyées.',
  photoTooLarge: 'Cette photo est trop lourde : {limit} Mio au plus.',
  photoWait: 'Une photo est encore en route : attendez qu’elle soit arrivée.',
  undo: 'Annuler',
  redo: 'Rétablir',
  addRow: 'Ajouter une ligne',
  addColumn: 'Ajouter une colonne',
  deleteRow: 'Supprimer la ligne',
  deleteColumn: 'Supprimer la colonne',
  deleteTable: 'Supprimer le tableau',
  linkAddress: 'Adresse du lien',
  linkApply: 'Valider',
  linkRemove: 'Retirer le lien',
  linkCancel: 'Annuler',
  linkInvalid: 'Cette adresse n’est pas valable. Exemple : https://exemple.fr',
  time: '{hours} h {minutes}',
  saving: 'Enregistrement…',
  saved: 'Enregistré à {time}',
  offline: 'Pas de connexion. Rien n’est perdu : votre texte est gardé sur cet appareil et sera enregistré dès que possible.',
  kept: 'Pas de connexion. Rien n’est perdu : votre texte est gardé sur cet appareil.',
  conflict: 'Ce texte a été modifié ailleurs entre-temps. Votre version est gardée sur cet appareil : rechargez la page pour choisir.',
  refused: 'Le texte n’a pas pu être enregistré. Il est gardé sur cet appareil.',
  signedOut: 'Votre session a pris fin. Votre texte est gardé sur cet appareil : reconnectez-vous dans un autre onglet.',
  found: 'Une version non enregistrée de ce texte, de {time}, est gardée sur cet appareil.',
  copy: 'Version non enregistrée',
  restore: 'La reprendre',
  discard: 'L’effacer',
}

export function labelsOf(area) {
  return { ...french, ...JSON.parse(area.dataset.labels || '{}') }
}

// fill puts values into a label: fill('Enregistré à {time}', { time: '10 h 42' }).
export function fill(label, values) {
  return label.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole)
}

export function timeOf(labels, date) {
  return fill(labels.time, { hours: date.getHours(), minutes: String(date.getMinutes()).padStart(2, '0') })
}
