package api

import (
	"context"
	"io"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// Attachments keeps what is attached to reports. moderation.Attachments is one.
type Attachments interface {
	Attach(ctx context.Context, f moderation.Follower, files []moderation.AttachedFile) error
	Open(ctx context.Context, who actor.Actor, c id.Case, attachment id.Attachment) (moderation.Attachment, io.ReadCloser, error)
}

// sentAttachmentJSON is the form that brings one.
type sentAttachmentJSON struct {
	Attachment upload `json:"attachment" doc:"A picture (JPEG, PNG, WebP) or a PDF; of a ground that is sealed none is taken (R50). One or more."`
}

// attachmentJSON is a file that came with a report.
type attachmentJSON struct {
	ID     id.Attachment `json:"id"`
	Report id.Report     `json:"report"`
	Name   string        `json:"name"`
	Media  string        `json:"media"`
	Bytes  int64         `json:"bytes"`
	At     time.Time     `json:"at"`
}

func shownAttachment(a moderation.Attachment) attachmentJSON {
	return attachmentJSON{a.ID, a.Report, a.Name, a.Media, a.Bytes, a.At}
}

func (a *API) attachToFollowUp(c *call) (answer, error) { return a.attach(c, bySecret(c)) }

func (a *API) attachToReport(c *call) (answer, error) {
	by, err := byReport(c)
	if err != nil {
		return answer{}, err
	}
	return a.attach(c, by)
}

// attach keeps files with a report.
func (a *API) attach(c *call, by moderation.Follower) (answer, error) {
	form, err := c.form("attachment")
	if err != nil {
		return answer{}, err
	}
	files := make([]moderation.AttachedFile, len(form.files))
	for i, f := range form.files {
		files[i] = moderation.AttachedFile{Name: f.name, Data: f.data}
	}
	if err := a.cfg.Attachments.Attach(c.Request().Context(), by, files); err != nil {
		return answer{}, err
	}
	return a.followUp(c, by)
}

// getAttachment answers with a file, to keep. Each reading of it is in the trail.
func (a *API) getAttachment(c *call) (answer, error) {
	of, err := pathID[id.Case](c, "id")
	if err != nil {
		return answer{}, err
	}
	attachment, err := pathID[id.Attachment](c, "attachment")
	if err != nil {
		return answer{}, err
	}
	_, data, err := a.cfg.Attachments.Open(c.Request().Context(), c.who, of, attachment)
	if err != nil {
		return answer{}, err
	}
	return answer{file: &file{data: data, media: anyBytes}}, nil
}
