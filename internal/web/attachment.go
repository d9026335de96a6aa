package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// Attachments keeps what is attached to reports. moderation.Attachments is one.
type Attachments interface {
	Attach(ctx context.Context, f moderation.Follower, files []moderation.AttachedFile) error
	Respond(ctx context.Context, f moderation.Follower, version int64, text string, files []moderation.AttachedFile) error
	Open(ctx context.Context, who actor.Actor, c id.Case, attachment id.Attachment) (moderation.Attachment, io.ReadCloser, error)
}

const (
	largestAttaching = 32 << 20 // bytes of one form
	attachingRoom    = 128 << 20
	mostAttaching    = 20 // fields and files of one form
)

// AttachmentNote is a file that came with a report.
type AttachmentNote struct{ Name, About, URL string }

func (v *visit) attachmentNote(a moderation.Attachment, address string) AttachmentNote {
	return AttachmentNote{a.Name, v.Text("attachment.about_"+a.Media[len(a.Media)-3:], // pdf, peg, png or ebp
		"Kilobytes", max(1, a.Bytes>>10)), address}
}

// attached reads a form that may bring files. Only whoever holds a follow-up address, or reported
// while signed in, comes so far: a stranger's files are never read.
func (v *visit) attached() (url.Values, []moderation.AttachedFile, error) {
	r := v.Request()
	r.Body = http.MaxBytesReader(v.Response(), r.Body, largestAttaching)
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		form, err := v.form()
		return form, nil, err
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read form: %w", badForm(err))
	}
	ctx, cancel := context.WithTimeout(r.Context(), uploadWait)
	defer cancel()
	if err := v.site.attaching.Acquire(ctx, largestAttaching); err != nil {
		return nil, nil, fmt.Errorf("wait for room: %w", err)
	}
	defer v.site.attaching.Release(largestAttaching)
	d, files, left := delivery{form: url.Values{}}, []moderation.AttachedFile(nil), int64(maxForm)
	for range mostAttaching {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			r.PostForm, r.Form = d.form, d.form // for what shows again what was typed
			return d.form, files, legibleForm(d.form)
		case err != nil:
			return nil, nil, fmt.Errorf("read form: %w", badForm(err))
		case part.FormName() != "attachment":
			err = d.field(part, &left)
		case part.FileName() != "": // else nobody chose a file
			var data []byte
			data, err = io.ReadAll(part)
			files = append(files, moderation.AttachedFile{Name: part.FileName(), Data: data})
		}
		if err != nil {
			return nil, nil, fmt.Errorf("read form: %w", badForm(err))
		}
	}
	return nil, nil, fmt.Errorf("read form: %w", ErrTooLarge)
}

// attach keeps files with what somebody has reported.
func (s *Site) attach(v *visit, at followerAt) error {
	if _, err := s.cfg.Cases.Follow(v.Request().Context(), at.Follower); err != nil {
		return err
	}
	_, files, err := v.attached()
	if err == nil {
		err = s.cfg.Attachments.Attach(v.Request().Context(), at.Follower, files)
	}
	if err == nil {
		return v.see(at.base + "?attached=" + strconv.Itoa(len(files)))
	}
	if !reworded(err) {
		return err
	}
	page, failed := v.followPage(at)
	if failed != nil {
		return failed
	}
	page.Sent, page.Faults = false, v.faults(err, nil)
	return s.renderOnce(v, http.StatusUnprocessableEntity, page)
}

// respondWith answers a question, with files or without.
func (s *Site) respondWith(v *visit, at followerAt) error {
	if _, err := s.cfg.Cases.Follow(v.Request().Context(), at.Follower); err != nil {
		return err
	}
	form, files, err := v.attached()
	if err != nil {
		return err
	}
	send := s.cfg.Cases.Respond
	if len(files) > 0 {
		send = func(ctx context.Context, f moderation.Follower, version int64, text string) error {
			return s.cfg.Attachments.Respond(ctx, f, version, text, files)
		}
	}
	return v.talkOf(form, at, send, func(p *FollowPage) *TalkForm { return p.Respond }, "respond")
}

// showAttachment gives a file that came with a report to keep: it is never opened here.
func (s *Site) showAttachment(v *visit) error {
	c, err := caseOf(v.Param("case"))
	if err != nil {
		return err
	}
	attachment, err := id.Parse[id.Attachment](v.Param("attachment"))
	if err != nil {
		return directory.ErrNotFound
	}
	about, data, err := s.cfg.Attachments.Open(v.Request().Context(), v.actor(), c, attachment)
	if err != nil {
		return err
	}
	defer data.Close()
	v.guardFile("no-store")
	v.Response().Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": about.Name}))
	return v.Stream(http.StatusOK, "application/octet-stream", data)
}
