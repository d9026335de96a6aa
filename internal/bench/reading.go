package bench

import (
	"context"
	"errors"
	"time"

	"imprimatur/internal/postgres"
	"imprimatur/publication"
)

// turn is how long one side of a figure goes on before it is the other's turn.
func (b *bench) turn() time.Duration { return b.time() / (2 * (rounds + 1)) }

// versus measures two sides by turns, so that whatever else the machine does falls
// on both. The first turn of each warms up and does not count.
func versus(ours, bare func() (slice, error)) (a, z slice, err error) {
	var all [2][]slice
	for turn := range rounds + 1 {
		for side, measure := range []func() (slice, error){ours, bare} {
			s, err := measure()
			if err != nil {
				return a, z, err
			}
			if turn > 0 {
				all[side] = append(all[side], s)
			}
		}
	}
	return total(all[0]), total(all[1]), nil
}

// article is the figure of a public page read over HTTP from the cache.
func (b *bench) article(ctx context.Context) error {
	where, err := call[Addresses](ctx, b.house, "Pages", true)
	if err != nil {
		return err
	}
	b.say("a public page over HTTP, cached, and the same bytes from a bare echo")
	ask := func(address string) func() (slice, error) {
		wire := articleRequest().wire(address)
		return func() (slice, error) {
			return surf(ctx, address, b.Clients, b.turn(), func(int) string { return wire })
		}
	}
	a, z, err := versus(ask(where.Cached), ask(where.Bare))
	if err != nil {
		return err
	}
	b.add(figure{"article, cached", perSecond("pages", a), perSecond("bare echo", z), ratio(a.rate(), z.rate()), "", atLeast, 0.5})
	return nil
}

// thread is the figure of a forum page that no cache has.
func (b *bench) thread(ctx context.Context) error {
	where, err := call[Addresses](ctx, b.house, "Pages", true)
	if err != nil {
		return err
	}
	pages, cookie, err := b.recordThreads(ctx)
	if err != nil {
		return err
	}
	b.say("a forum page of %d messages over HTTP, uncached, and its %d round trips raw", messagesOfTopic, len(pages[0]))
	raw, err := gather(ctx, b.url("real"), b.Clients, setUpsOf(pages[0]...))
	if err != nil {
		return err
	}
	a, z, err := versus(
		func() (slice, error) {
			return surf(ctx, where.Uncached, b.Clients, b.turn(), func(n int) string { return threadRequest(n, cookie).wire(where.Uncached) })
		},
		func() (slice, error) {
			return raw.repeat(ctx, b.turn(), func(ctx context.Context, who, n int) error {
				return raw[who].send(ctx, pages[n%topics])
			})
		})
	if err := errors.Join(err, raw.leave(ctx)); err != nil {
		return err
	}
	b.add(figure{"forum page, uncached", perSecond("pages", a), perSecond("raw", z), ratio(a.rate(), z.rate()), "", atLeast, 0.5})
	return nil
}

// recordThreads signs in, reads each topic's page once, and keeps what that sends.
func (b *bench) recordThreads(ctx context.Context) (pages [][]statement, cookie string, err error) {
	tracer := newRecorder()
	s, err := openServices(ctx, postgres.Config{URL: b.url("real"), MaxConns: 2, Tracer: tracer})
	if err != nil {
		return nil, "", err
	}
	defer s.db.Close()
	handler, err := newHandler(s, publication.NewReader(publication.ReaderConfig{Store: s.db.Door(), Clock: now}), nil)
	if err != nil {
		return nil, "", err
	}
	if cookie, err = signIn(ctx, handler); err != nil {
		return nil, "", err
	}
	pages = make([][]statement, topics)
	tracer.take()
	for n := range pages {
		if _, err := answerOf(ctx, handler, threadRequest(n, cookie)); err != nil {
			return nil, "", err
		}
		pages[n] = tracer.take()
	}
	return pages, cookie, nil
}
