package bench

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	imageconsent "imprimatur/image-consent"
)

// Darkroom is a process that makes of photos what may be shown of them, and nothing
// else, so that its memory is theirs. Its methods are called from outside.
type Darkroom struct {
	ctx   context.Context
	photo []byte
	size  image.Point
	room  *imageconsent.Developer
}

func (*Darkroom) close() {}

// Developing says with how many processors photos are prepared, and how large each is.
type Developing struct {
	Processors int
	Photo      image.Point
}

// Open makes the photo: a scene of soft shapes with the noise of a small sensor.
func (d *Darkroom) Open(how Developing, _ *bool) error {
	if err := confine(); err != nil {
		return err
	}
	d.room = imageconsent.NewDeveloper(how.Processors)
	d.size = how.Photo
	noise := rand.New(rand.NewPCG(1, 2))
	img := image.NewYCbCr(image.Rectangle{Max: d.size}, image.YCbCrSubsampleRatio420)
	for y := range d.size.Y {
		for x := range d.size.X {
			c := color.YCbCrModel.Convert(color.RGBA{uint8(x * 255 / d.size.X), uint8(y * 255 / d.size.Y), uint8((x / 97) * (y / 89) % 200), 255}).(color.YCbCr)
			img.Y[img.YOffset(x, y)] = uint8(min(255, int(c.Y)*7/8+noise.IntN(24)))
			img.Cb[img.COffset(x, y)], img.Cr[img.COffset(x, y)] = c.Cb, c.Cr
		}
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90})
	d.photo = b.Bytes()
	return err
}

// Developed says what pictures took.
type Developed struct {
	Took time.Duration
	Peak int64 // the process's largest resident memory, in bytes
}

// Develop prepares so many photos that come at once.
func (d *Darkroom) Develop(count int, done *Developed) error {
	began := time.Now()
	group, ctx := errgroup.WithContext(d.ctx)
	for range count {
		group.Go(func() error {
			_, err := d.room.Prepare(ctx, d.photo, d.size.X*d.size.Y)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	peak, err := peakMemory()
	*done = Developed{time.Since(began), peak}
	return err
}

// atOnce is how many photos come together: 20, and fewer where there is little time.
func (b *bench) atOnce() int { return min(20, 2*b.Seconds) }

// darkroom is the figure of large photos: how many a processor prepares in a
// second, one after another and when many come at once, and the memory that takes.
func (b *bench) darkroom(ctx context.Context) error {
	count, mega := b.atOnce(), b.Sizes.Photo.X*b.Sizes.Photo.Y/1_000_000
	b.say("photos of %d megapixels: derivatives, faces and likeness, one after another and %d at once", mega, count)
	part, err := startChild(b.Part(DarkroomPart), DarkroomPart)
	if err != nil {
		return err
	}
	defer func() { _ = part.stop() }() // it has answered, or its error is known
	if _, err := call[bool](ctx, part, "Open", Developing{1, b.Sizes.Photo}); err != nil {
		return err
	}
	single, err := call[Developed](ctx, part, "Develop", 1)
	if err != nil {
		return err
	}
	together, err := call[Developed](ctx, part, "Develop", count)
	if err != nil {
		return err
	}
	one, many := slice{1, single.Took}, slice{count, together.Took}
	b.add(
		figure{fmt.Sprintf("%d-megapixel photos, %d at once", mega, count), fmt.Sprintf("%.2f/s", many.rate()), fmt.Sprintf("%.2f/s one by one", one.rate()), ratio(many.rate(), one.rate()), "", atLeast, 0.8},
		figure{fmt.Sprintf("memory while %d come at once", count), fmt.Sprintf("%d MiB at most", together.Peak>>20), "", float64(together.Peak) / (1 << 20), " MiB", atMost, 400},
	)
	return nil
}
