package filetype

import (
	"bytes"
)

// checkWAV walks the chunks of a RIFF file, which are all of it.
func checkWAV(w *walk) (Checked, error) {
	head, err := w.bytes(12)
	if err != nil {
		return Checked{}, err
	}
	if string(head[:4]) != "RIFF" || little32(head[4:])+8 > w.size || w.size > little32(head[4:])+9 {
		return Checked{}, damaged("its length is not what it says")
	}
	seen := map[string]bool{}
	for w.left() >= 8 {
		chunk, err := w.bytes(8)
		if err != nil {
			return Checked{}, err
		}
		length := little32(chunk[4:])
		if err := w.skip(min(length+length%2, max(w.left(), length))); err != nil {
			return Checked{}, err
		}
		seen[string(chunk[:4])] = true
	}
	if !seen["fmt "] || !seen["data"] {
		return Checked{}, damaged("it holds no sound")
	}
	return Checked{Format: WAV}, nil
}

// checkFLAC walks the blocks before the sound.
func checkFLAC(w *walk) (Checked, error) {
	if err := w.skip(4); err != nil {
		return Checked{}, err
	}
	for last := false; !last; {
		block, err := w.bytes(4)
		if err != nil {
			return Checked{}, err
		}
		last = block[0]&0x80 != 0
		if err := w.skip(big32(block) & 0xffffff); err != nil {
			return Checked{}, err
		}
	}
	sync, err := w.peek(2)
	if err != nil || len(sync) < 2 || sync[0] != 0xff || sync[1]&0xfc != 0xf8 {
		return Checked{}, damaged("no sound follows what is said about it")
	}
	return Checked{Format: FLAC}, nil
}

// oggSounds are what a stream of sound begins with.
var oggSounds = []string{"OpusHead", "\x01vorbis", "\x7fFLAC", "Speex   "}

// checkOGG walks all pages. A film in Ogg is not taken: few browsers play it.
func checkOGG(w *walk) (Checked, error) {
	const header, beginning = 27, 2
	sounds := 0
	for w.left() > 0 {
		page, err := w.bytes(header)
		if err != nil {
			return Checked{}, err
		}
		if string(page[:4]) != "OggS" || page[4] != 0 {
			return Checked{}, damaged("no page where one should be")
		}
		lengths, err := w.bytes(int64(page[26]))
		if err != nil {
			return Checked{}, err
		}
		length := int64(0)
		for _, n := range lengths {
			length += int64(n)
		}
		if page[5]&beginning != 0 {
			first, err := w.peek(min(length, 8))
			if err != nil {
				return Checked{}, err
			}
			if !beginsWith(first, oggSounds) {
				return Checked{}, ErrUnknown
			}
			sounds++
		}
		if err := w.skip(length); err != nil {
			return Checked{}, err
		}
	}
	if sounds == 0 {
		return Checked{}, damaged("it holds no sound")
	}
	return Checked{Format: OGG}, nil
}

func beginsWith(b []byte, marks []string) bool {
	for _, mark := range marks {
		if bytes.HasPrefix(b, []byte(mark)) {
			return true
		}
	}
	return false
}

// checkMP3 walks all frames. What stands before and behind them is what is written
// about a piece of music, and nothing else.
func checkMP3(w *walk) (Checked, error) {
	if err := skipID3(w); err != nil {
		return Checked{}, err
	}
	frames := 0
	for w.left() >= 4 {
		head, err := w.peek(4)
		if err != nil {
			return Checked{}, err
		}
		length := frameLength(head)
		if length == 0 {
			break
		}
		frames++
		if err := w.skip(min(length, w.left())); err != nil { // a recorder may leave half a frame
			return Checked{}, err
		}
	}
	const fewest = 3 // so that no chance makes a sound of something else
	if frames < fewest {
		return Checked{}, damaged("it holds no sound")
	}
	return Checked{Format: MP3}, endOfMP3(w)
}

// skipID3 goes over the tag that stands before the sound.
func skipID3(w *walk) error {
	tag, err := w.peek(10)
	if err != nil || len(tag) < 10 {
		return damaged("it ends too early")
	}
	if string(tag[:3]) == "ID3" {
		length := int64(0)
		for _, b := range tag[6:10] {
			length = length<<7 | int64(b&0x7f)
		}
		if err := w.skip(10 + length); err != nil {
			return err
		}
	}
	const mostPadding = 64 << 10
	for range mostPadding {
		b, err := w.peek(1)
		if err != nil || len(b) == 0 || b[0] != 0 {
			return err
		}
		if err := w.skip(1); err != nil {
			return err
		}
	}
	return damaged("nothing but padding")
}

// endOfMP3 refuses what is no tag behind the sound.
func endOfMP3(w *walk) error {
	const mostTag = 1 << 20
	if w.left() > mostTag {
		return damaged("something else stands behind the sound")
	}
	rest, err := w.bytes(w.left())
	if err != nil {
		return err
	}
	if len(bytes.Trim(rest, "\x00")) < 4 || beginsWith(rest, []string{"TAG", "APETAGEX", "LYRICSBEGIN", "ID3"}) {
		return nil
	}
	return damaged("something else stands behind the sound")
}

// Bit rates of layer III in kbit/s, and sampling rates, by the numbers in a frame's head.
var (
	rates1 = [16]int64{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}
	rates2 = [16]int64{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}
	hertz  = [4]int64{44100, 48000, 32000, 0}
)

// frameLength is how long a frame of MPEG layer III is; 0 for what is none.
func frameLength(head []byte) int64 {
	const version1, version25Reserved, layer3 = 3, 1, 1
	version, layer := head[1]>>3&3, head[1]>>1&3
	if head[0] != 0xff || head[1]&0xe0 != 0xe0 || version == version25Reserved || layer != layer3 {
		return 0
	}
	rate, sampling, padding := rates2[head[2]>>4], hertz[head[2]>>2&3], int64(head[2]>>1&1)
	samples := int64(72)
	switch version {
	case version1:
		rate, samples = rates1[head[2]>>4], 144
	case 0:
		sampling /= 4
	default:
		sampling /= 2
	}
	if rate == 0 || sampling == 0 {
		return 0
	}
	return samples*rate*1000/sampling + padding
}
