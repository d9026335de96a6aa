package filetype

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func check(data []byte) (Checked, error) {
	if _, err := Sniff(data[:min(len(data), HeadBytes)]); err != nil {
		return Checked{}, err
	}
	return Check(bytes.NewReader(data), int64(len(data)))
}

// entry is a file of an archive.
type entry struct{ name, text string }

func archive(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, e := range entries {
		method := zip.Deflate
		if i == 0 && e.name == "mimetype" {
			method = zip.Store
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, e.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openXMLFile(t *testing.T, format Format, more ...entry) []byte {
	t.Helper()
	types := `<Types><Override PartName="/a.xml" ContentType="` + format.Media() + `.main+xml"/></Types>`
	return archive(t, append([]entry{
		{"[Content_Types].xml", types}, {"_rels/.rels", "<Relationships/>"}, {"word/document.xml", "<w:document>Bonjour</w:document>"},
	}, more...)...)
}

func openDocumentFile(t *testing.T, format Format, more ...entry) []byte {
	t.Helper()
	return archive(t, append([]entry{
		{"mimetype", format.Media()}, {"content.xml", "<office:document-content><office:scripts/>Bonjour</office:document-content>"},
		{"META-INF/manifest.xml", "<manifest:manifest/>"},
	}, more...)...)
}

func pdfFile(objects ...string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + strings.Join(objects, "\n") + "\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n")
}

func packedStream(dict, text string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return fmt.Sprintf("7 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj", dict, b.Len(), b.String())
}

func wavFile(more ...byte) []byte {
	sound := make([]byte, 800)
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data")
	b = binary.LittleEndian.AppendUint32(b, uint32(len(sound)))
	b = append(append(b, sound...), more...)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// mp3File has frames of 128 kbit/s at 44.1 kHz: 417 bytes each.
func mp3File(before, behind string) []byte {
	frame := append([]byte{0xff, 0xfb, 0x90, 0x00}, make([]byte, 413)...)
	return append(append([]byte(before), bytes.Repeat(frame, 8)...), behind...)
}

func oggPage(flags byte, packet string) []byte {
	b := append([]byte("OggS\x00"), flags)
	b = append(b, make([]byte, 20)...)
	b = append(b, 1, byte(len(packet)))
	return append(b, packet...)
}

func mp4Box(kind string, inside ...[]byte) []byte {
	all := bytes.Join(inside, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(all)+8)), kind...), all...)
}

func mp4Track(handler string, more ...[]byte) []byte {
	hdlr := mp4Box("hdlr", []byte("\x00\x00\x00\x00\x00\x00\x00\x00"+handler+"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	return mp4Box("trak", append([][]byte{mp4Box("mdia", hdlr)}, more...)...)
}

func mp4File(brand string, inMovie ...[]byte) []byte {
	return bytes.Join([][]byte{
		mp4Box("ftyp", []byte(brand+"\x00\x00\x02\x00"+brand+"mp41")), mp4Box("mdat", make([]byte, 3000)), mp4Box("moov", inMovie...),
	}, nil)
}

// element has a length of five bytes.
func element(kind string, inside ...[]byte) []byte {
	all := bytes.Join(inside, nil)
	return append(binary.BigEndian.AppendUint32([]byte(kind+"\x08"), uint32(len(all))), all...)
}

func webmFile(kind byte, more ...[]byte) []byte {
	header := element("\x1a\x45\xdf\xa3", element("\x42\x82", []byte("webm")))
	track := element("\x16\x54\xae\x6b", element("\xae", element("\x83", []byte{kind})))
	cluster := element("\x1f\x43\xb6\x75", make([]byte, 500))
	return append(header, element("\x18\x53\x80\x67", append([][]byte{track, cluster}, more...)...)...)
}

func flacFile() []byte {
	return append([]byte("fLaC\x00\x00\x00\x22"+string(make([]byte, 34))+"\x84\x00\x00\x02ok\xff\xf8"), make([]byte, 200)...)
}

func TestWhatIsTaken(t *testing.T) {
	t.Parallel()
	cases := []struct {
		want Format
		data []byte
	}{
		{PDF, pdfFile("2 0 obj\n<< /Type /Page /OpenAction [3 0 R /Fit] >>\nendobj")},
		{PDF, pdfFile(packedStream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", "8 0 << /Type /Page >>"))},
		{PDF, pdfFile(packedStream("/Filter /FlateDecode", "BT (ceci parle de JavaScript) Tj ET"))},
		{DOCX, openXMLFile(t, DOCX)}, {XLSX, openXMLFile(t, XLSX)}, {PPTX, openXMLFile(t, PPTX)},
		{PPTX, openXMLFile(t, PPTX, entry{"ppt/embeddings/table.xlsx", string(openXMLFile(t, XLSX))})},
		{DOCX, openXMLFile(t, DOCX, entry{"word/_rels/document.xml.rels", `<Relationship Type="http://x/hyperlink" Target="https://e" TargetMode="External"/>`})},
		{ODT, openDocumentFile(t, ODT)}, {ODS, openDocumentFile(t, ODS)}, {ODP, openDocumentFile(t, ODP)}, {ODG, openDocumentFile(t, ODG)},
		{WAV, wavFile()}, {MP3, mp3File("", "")}, {MP3, mp3File("ID3\x04\x00\x00\x00\x00\x00\x0a0123456789", "TAG"+strings.Repeat(" ", 125))},
		{FLAC, flacFile()}, {OGG, append(oggPage(2, "OpusHead\x01"), oggPage(4, "sound")...)},
		{M4A, mp4File("M4A ", mp4Track("soun"))}, {MP4, mp4File("isom", mp4Track("soun"), mp4Track("vide"))},
		{WebM, webmFile(1)}, {WebA, webmFile(2)},
	}
	for i, c := range cases {
		found, err := check(c.data)
		if err != nil || found.Format != c.want {
			t.Errorf("case %d: %q, %v; want %s", i, found.Format, err, c.want)
			continue
		}
		form, err := Sniff(c.data[:min(len(c.data), HeadBytes)])
		if err != nil || (form == Paper) != (c.want.Form() == Paper) {
			t.Errorf("case %d: sniffed as %s, %v", i, form, err)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	macros := strings.Replace(DOCX.Media(), "openxmlformats-officedocument.wordprocessingml.document", "ms-word.document.macroEnabled", 1)
	cases := map[string]struct {
		want error
		data []byte
	}{
		"a program":                {ErrUnknown, append([]byte("MZ\x90\x00"), make([]byte, 500)...)},
		"an ELF":                   {ErrUnknown, append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 500)...)},
		"a shell script":           {ErrUnknown, []byte("#!/bin/sh\nrm -rf /\n")},
		"a page":                   {ErrUnknown, []byte("<!DOCTYPE html><html><script>alert(1)</script></html>")},
		"a drawing":                {ErrUnknown, []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)},
		"a text":                   {ErrUnknown, []byte("bonjour")},
		"a picture":                {ErrPicture, append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), make([]byte, 100)...)},
		"an old office file":       {ErrOldOffice, append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 2000)...)},
		"an archive":               {ErrUnknown, archive(t, entry{"bonjour.txt", "bonjour"})},
		"a packed program":         {ErrActive, archive(t, entry{"setup.exe", "MZ"})},
		"a jar":                    {ErrUnknown, archive(t, entry{"META-INF/MANIFEST.MF", "x"}, entry{"A.class", "\xca\xfe"})},
		"nothing":                  {ErrUnknown, nil},
		"a PDF with a page before": {ErrPolyglot, append([]byte("<html><body>x</body></html>\n"), pdfFile()...)},
		"a PDF with a page in it":  {ErrPolyglot, pdfFile("% <script>alert(1)</script>")},
		"a PDF with a page behind": {ErrPolyglot, append(pdfFile(), "<html></html>"...)},
		"a PDF and an archive":     {ErrPolyglot, append(pdfFile(), archive(t, entry{"a", "b"})...)},
		"half a PDF":               {ErrDamaged, pdfFile()[:60]},
		"PDF JavaScript":           {ErrActive, pdfFile("2 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj")},
		"PDF in disguise":          {ErrActive, pdfFile("2 0 obj\n<< /S /J#61v#61Script /JS (x) >>\nendobj")},
		"PDF launch":               {ErrActive, pdfFile("2 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj")},
		"PDF with a file":          {ErrActive, pdfFile("2 0 obj\n<< /Type /EmbeddedFile >>\nendobj")},
		"PDF packed JavaScript":    {ErrActive, pdfFile(packedStream("/Type /ObjStm /Filter /FlateDecode", "8 0 << /S /JavaScript >>"))},
		"PDF packed in disguise":   {ErrActive, pdfFile(packedStream("/Type /Obj#53tm /Filter [/Fl#61teDecode]", "8 0 << /S /JavaScript >>"))},
		"PDF packed otherwise":     {ErrLocked, pdfFile("7 0 obj\n<< /Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode] >>\nstream\n00\nendstream\nendobj")},
		"PDF packed by reference":  {ErrLocked, pdfFile("7 0 obj\n<< /Type /ObjStm /Filter 9 0 R >>\nstream\n00\nendstream\nendobj")},
		"PDF said far away":        {ErrActive, pdfFile(packedStream("/Type /ObjStm /Filter /FlateDecode %"+strings.Repeat("x", 5000)+"\n", "8 0 << /S /JavaScript >>"))},
		"an encrypted PDF":         {ErrLocked, pdfFile("2 0 obj\n<< /Encrypt 3 0 R >>\nendobj")},
		"a PDF bomb":               {ErrUnpacks, pdfFile(packedStream("/Type /ObjStm /Filter /FlateDecode", strings.Repeat(" ", mostUnpacked+1)))},
		"macros by type":           {ErrActive, archive(t, entry{"[Content_Types].xml", macros})},
		"macros":                   {ErrActive, openXMLFile(t, DOCX, entry{"word/vbaProject.bin", "x"})},
		"macros by another name":   {ErrActive, openXMLFile(t, DOCX, entry{"word/harmless.bin", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"})},
		"Excel 4 macros":           {ErrActive, openXMLFile(t, XLSX, entry{"xl/macrosheets/sheet1.xml", "<x/>"})},
		"an ActiveX":               {ErrActive, openXMLFile(t, DOCX, entry{"word/activeX/activeX1.xml", "<x/>"})},
		"a template from the web":  {ErrActive, openXMLFile(t, DOCX, entry{"word/_rels/settings.xml.rels", `<Relationship Type="http://x/attachedTemplate" Target="https://e" TargetMode="External"/>`})},
		"DDE":                      {ErrActive, openXMLFile(t, DOCX, entry{"word/footer.xml", "<w:instrText>DDEAUTO c:\\cmd</w:instrText>"})},
		"macros in a file in it":   {ErrActive, openXMLFile(t, PPTX, entry{"ppt/embeddings/t.xlsx", string(openXMLFile(t, XLSX, entry{"xl/vbaProject.bin", "x"}))})},
		"ODF Basic":                {ErrActive, openDocumentFile(t, ODT, entry{"Basic/Standard/Module1.xml", "<x/>"})},
		"ODF scripts":              {ErrActive, openDocumentFile(t, ODT, entry{"Scripts/python/a.txt", "x"})},
		"ODF event":                {ErrActive, openDocumentFile(t, ODT, entry{"styles.xml", `<script:event-listener x="y"/>`})},
		"ODF object":               {ErrActive, openDocumentFile(t, ODT, entry{"Object 1", "\xd0\xcf\x11\xe0"})},
		"encrypted ODF":            {ErrLocked, archive(t, entry{"mimetype", ODT.Media()}, entry{"META-INF/manifest.xml", "<manifest:encryption-data/>"})},
		"an unknown ODF":           {ErrUnknown, archive(t, entry{"mimetype", "application/vnd.oasis.opendocument.base"})},
		"a way out":                {ErrDamaged, openXMLFile(t, DOCX, entry{"../../etc/passwd", "x"})},
		"twice the same":           {ErrDamaged, openXMLFile(t, DOCX, entry{"word/a.xml", "1"}, entry{"word/A.xml", "2"})},
		"half an archive":          {ErrDamaged, openXMLFile(t, DOCX)[:200]},
		"an archive and more":      {ErrDamaged, append(openXMLFile(t, DOCX), "and more"...)},
		"a ratio bomb":             {ErrUnpacks, openXMLFile(t, DOCX, entry{"word/a.bin", strings.Repeat("\x00", 8<<20)})},
		"half a WAV":               {ErrDamaged, wavFile()[:400]},
		"a WAV and more":           {ErrDamaged, append(wavFile(), make([]byte, 90)...)},
		"a WAV and a PDF":          {ErrPolyglot, append([]byte("RIFF\x10\x00\x00\x00WAVE%PDF-1.4"), make([]byte, 40)...)},
		"an MP3 and more":          {ErrDamaged, mp3File("", "#!/bin/sh\nrm -rf /")},
		"an MP3 and an archive":    {ErrPolyglot, mp3File("", string(archive(t, entry{"a", "b"})))},
		"an MP3 and a page":        {ErrPolyglot, mp3File("ID3\x04\x00\x00\x00\x00\x00\x17<script>alert</script>\x00", "")},
		"no frames":                {ErrDamaged, append([]byte("ID3\x04\x00\x00\x00\x00\x00\x0a0123456789"), make([]byte, 900)...)},
		"half an Ogg":              {ErrDamaged, append(oggPage(2, "OpusHead\x01"), oggPage(4, "sound")[:30]...)},
		"a film in Ogg":            {ErrUnknown, oggPage(2, "\x80theora\x03")},
		"half an MP4":              {ErrDamaged, mp4File("isom", mp4Track("vide"))[:2000]},
		"an empty MP4":             {ErrDamaged, mp4File("isom")},
		"a QuickTime film":         {ErrUnknown, mp4File("qt  ", mp4Track("vide"))},
		"WebM with a file":         {ErrActive, webmFile(1, element("\x19\x41\xa4\x69", []byte("x")))},
		"half a WebM":              {ErrDamaged, webmFile(1)[:300]},
		"a Matroska":               {ErrUnknown, bytes.Replace(webmFile(1), []byte("webm"), []byte("mkv1"), 1)},
		"FLAC without sound":       {ErrDamaged, flacFile()[:49]},
	}
	for name, c := range cases {
		if found, err := check(c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %q, %v; want %v", name, found.Format, err, c.want)
		}
	}
}

func TestWhereAFilmWasMadeGoes(t *testing.T) {
	t.Parallel()
	place := []byte("+43.6045+001.4440/")
	data := mp4File("isom", mp4Track("vide", mp4Box("udta", mp4Box("loci", place))), mp4Track("meta", mp4Box("gmin", place)),
		mp4Box("udta", mp4Box("\xa9xyz", place)), mp4Box("meta", mp4Box("ilst", place)))
	data = append(data, mp4Box("uuid", place)...)
	found, err := check(data)
	if err != nil || len(found.Blanks) != 5 {
		t.Fatalf("%v, %v", found, err)
	}
	clean, err := io.ReadAll(Blanked(iotestHalves(data), found.Blanks))
	if err != nil || len(clean) != len(data) || bytes.Contains(clean, place) {
		t.Fatalf("%d bytes of %d, %v: the place is still there", len(clean), len(data), err)
	}
	if again, err := check(clean); err != nil || len(again.Blanks) != 0 || again.Format != MP4 {
		t.Errorf("afterwards: %v, %v", again, err)
	}
}

// iotestHalves reads in odd pieces.
func iotestHalves(data []byte) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		if len(data) == 0 {
			return 0, io.EOF
		}
		n := copy(p[:min(len(p), 7)], data)
		data = data[n:]
		return n, nil
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestFormatsAreWhole(t *testing.T) {
	t.Parallel()
	if len(Formats()) != len(formats) {
		t.Errorf("%d formats are listed of %d", len(Formats()), len(formats))
	}
	for _, f := range Formats() {
		if f.Form() == "" || f.Media() == "" || strings.Contains(f.Media(), "html") {
			t.Errorf("%s: %q, %q", f, f.Form(), f.Media())
		}
	}
	if Format("exe").Form() != "" || Format("exe").Media() != "application/octet-stream" {
		t.Error("an unknown format is something")
	}
}

func FuzzCheck(f *testing.F) {
	for _, data := range [][]byte{pdfFile(), wavFile(), mp3File("", ""), flacFile(), webmFile(1), mp4File("isom", mp4Track("vide")), oggPage(2, "OpusHead")} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := check(data)
		if err == nil && found.Format.Form() == "" {
			t.Errorf("%q was taken", found.Format)
		}
		for _, blank := range found.Blanks {
			if blank.At < 0 || blank.Bytes < 0 || blank.At+blank.Bytes > int64(len(data)) {
				t.Errorf("a blank outside of the file: %v", blank)
			}
		}
	})
}
