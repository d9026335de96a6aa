package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"imprimatur/internal/actor"
	"imprimatur/internal/api"
	"imprimatur/internal/directory"
	"imprimatur/workflow"
)

// Denied keeps that somebody known was refused an act, by which rule (R09).
// directory.Service.Denied is one.
type Denied func(ctx context.Context, who actor.Actor, act, rule string) error

// denialTime bounds the keeping of a denial. It happens after the answer, and also
// when whoever asked has left.
const denialTime = 2 * time.Second

// deny keeps a 403 that was answered to a person. A denial that cannot be kept is
// logged in its place, and harms nobody's request.
func (p problems) deny(c echo.Context, err error, rule string) {
	who, ok := c.Get(api.ActorKey).(actor.Actor)
	if p.denied == nil || !ok || who.Kind != actor.KindPerson || who.Person.IsZero() || who.Tenant.IsZero() {
		return
	}
	_ = http.NewResponseController(c.Response()).Flush() // the answer waits for nothing
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), denialTime)
	defer cancel()
	act := deniedAct(c, err)
	if err := p.denied(ctx, who, act, rule); err != nil {
		p.log.LogAttrs(ctx, slog.LevelError, "a denial was not recorded", slog.String("request", idOf(c)), slog.String("tenant", who.Tenant.String()),
			slog.String("person", who.Person.String()), slog.String("act", act), slog.String("rule", rule), slog.Any("error", err))
	}
}

// deniedAct names what was refused: the act where the refusal does, else the route.
// It is never what a caller wrote.
func deniedAct(c echo.Context, err error) string {
	var refusal *workflow.Refusal
	var plain *directory.Refusal
	if errors.As(err, &plain) {
		return plain.Act
	}
	if errors.As(err, &refusal) {
		if action, err := workflow.ParseAction(string(refusal.Action)); err == nil {
			return refusal.Machine + ":" + string(action)
		}
	}
	return method(c.Request().Method) + " " + c.Path()
}
