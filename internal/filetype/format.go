package filetype

// Form is what somebody does with a file.
type Form string

// The forms.
const (
	Paper Form = "paper" // is kept, and read elsewhere
	Sound Form = "sound" // is heard
	Film  Form = "film"  // is seen and heard
)

// Format is a type of file.
type Format string

// The formats that are taken.
const (
	PDF  Format = "pdf"
	ODT  Format = "odt"
	ODS  Format = "ods"
	ODP  Format = "odp"
	ODG  Format = "odg"
	DOCX Format = "docx"
	XLSX Format = "xlsx"
	PPTX Format = "pptx"
	MP3  Format = "mp3"
	M4A  Format = "m4a"
	OGG  Format = "ogg"
	WAV  Format = "wav"
	FLAC Format = "flac"
	WebA Format = "weba" // WebM without pictures, as browsers record a voice
	MP4  Format = "mp4"
	WebM Format = "webm"
)

// about is what is known of a format besides its structure.
type about struct {
	form  Form
	media string
}

const (
	openDocument = "application/vnd.oasis.opendocument."
	openXML      = "application/vnd.openxmlformats-officedocument."
)

var formats = map[Format]about{
	PDF:  {Paper, "application/pdf"},
	ODT:  {Paper, openDocument + "text"},
	ODS:  {Paper, openDocument + "spreadsheet"},
	ODP:  {Paper, openDocument + "presentation"},
	ODG:  {Paper, openDocument + "graphics"},
	DOCX: {Paper, openXML + "wordprocessingml.document"},
	XLSX: {Paper, openXML + "spreadsheetml.sheet"},
	PPTX: {Paper, openXML + "presentationml.presentation"},
	MP3:  {Sound, "audio/mpeg"},
	M4A:  {Sound, "audio/mp4"},
	OGG:  {Sound, "audio/ogg"},
	WAV:  {Sound, "audio/wav"},
	FLAC: {Sound, "audio/flac"},
	WebA: {Sound, "audio/webm"},
	MP4:  {Film, "video/mp4"},
	WebM: {Film, "video/webm"},
}

// Formats lists the formats that are taken: paper, then sound, then films.
func Formats() []Format {
	return []Format{PDF, ODT, ODS, ODP, ODG, DOCX, XLSX, PPTX, MP3, M4A, OGG, WAV, FLAC, WebA, MP4, WebM}
}

// Form is what somebody does with files of the format; empty for an unknown one.
func (f Format) Form() Form { return formats[f].form }

// Media is the type that files of the format are served as; for an unknown one, bytes
// of which nothing is known.
func (f Format) Media() string {
	if known, ok := formats[f]; ok {
		return known.media
	}
	return "application/octet-stream"
}
