package web_test

import (
	"encoding/binary"
	"net/http"
	"strings"
	"testing"
)

// takenOn is a JPEG whose camera says when it was taken.
func takenOn(t *testing.T, moment string) []byte {
	t.Helper()
	le := binary.LittleEndian
	list := func(b []byte, tag, kind uint16, count, value uint32) []byte {
		b = le.AppendUint16(le.AppendUint16(le.AppendUint16(b, 1), tag), kind)
		return le.AppendUint32(le.AppendUint32(le.AppendUint32(b, count), value), 0)
	}
	exif := list(le.AppendUint32([]byte("Exif\x00\x00II*\x00"), 8), 0x8769, 4, 1, 26)
	exif = append(list(exif, 0x9003, 2, uint32(len(moment)), 44), moment...)
	jpeg := rocket(t)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(append([]byte{}, jpeg[:2]...), append(segment, exif...)...), jpeg[2:]...)
}

// A photo that its camera says is of last year does not join what families agreed to for a
// day of this one; it is told why, and what to do (R31).
func TestAPhotoOfAnotherDayStaysOutOfAProject(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := b.as(t, "martin")
	martin.open(desk+"consents/ask").fill(`button[value="preview"]`, b.project(map[string]string{"group": b.Class.String()})).expect(http.StatusOK)
	martin.fill(`button[value="send"]`, nil).expect(http.StatusOK)
	b.work(t)
	for moment, status := range map[string]int{"2025:11:24 10:00:00": http.StatusUnprocessableEntity, "2026:11:24 10:00:00": http.StatusOK} {
		photo := b.uploaded(t, "martin", tilleuls, takenOn(t, moment))
		b.named(t, "martin", tilleuls, photo, "")
		martin.open(desk+"photos/"+photo).fill(`form[action$="/consents/photos"] button`, nil).expect(status)
		if told := martin.text("#faults"); status != http.StatusOK && !strings.Contains(told, "faites une demande qui la montre (R31)") {
			t.Errorf("told %q", told)
		}
	}
	martin.open(desk+"consents/ask").fill(`button[value="preview"]`, b.project(map[string]string{
		"group": b.Class.String(), "taken_from": "2026-11-01", "taken_to": "2026-12-02"})).expect(http.StatusUnprocessableEntity)
	if told := martin.text("#taken_from-fault"); !strings.Contains(told, "31 jours au plus") {
		t.Errorf("told %q", told)
	}
}
