package demo

import (
	"encoding/binary"
	"math"
)

// signal is a WAV of three notes, one after another, each dying away: what the demo
// school has recorded.
func signal() []byte {
	const rate, noteLength, bytesOfHead = 16000, 9600, 36
	var sound []byte
	for _, hertz := range []float64{523.25, 659.25, 783.99} {
		for i := range noteLength {
			at := float64(i) / rate
			swing := 0.4 * math.Exp(-4*at) * math.Sin(2*math.Pi*hertz*at)
			sound = binary.LittleEndian.AppendUint16(sound, uint16(int16(swing*math.MaxInt16)))
		}
	}
	head := []byte("RIFF")
	head = binary.LittleEndian.AppendUint32(head, uint32(len(sound)+bytesOfHead))
	head = append(head, "WAVEfmt "...)
	for _, field := range []uint32{16, 1 | 1<<16, rate, rate * 2, 2 | 16<<16} { // PCM, one channel, 16 bits
		head = binary.LittleEndian.AppendUint32(head, field)
	}
	head = append(head, "data"...)
	return append(binary.LittleEndian.AppendUint32(head, uint32(len(sound))), sound...)
}
