package moderation

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/filetype"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// Attachment is a file that whoever reported gave with it. Those who examine the case may keep it,
// and nobody opens it here.
type Attachment struct {
	ID     id.Attachment
	Report id.Report
	Name   string // as given, without a path
	Media  string
	Bytes  int64
	SHA256 [32]byte
	File   string // its name in the store
	At     time.Time
}

// AttachedFile is a file as it is sent.
type AttachedFile struct {
	Name string
	Data []byte
}

// AttachmentTx is what attachments ask of a transaction, in the tenant that handles the case.
type AttachmentTx interface {
	AddAttachment(ctx context.Context, c id.Case, a Attachment) error
	// AttachedSince counts the bytes that people without an account have attached here since then.
	AttachedSince(ctx context.Context, since time.Time) (int64, error)
}

// Attachments keeps what is attached to reports, encrypted, and gives it to those who examine.
type Attachments struct{ AttachmentsConfig }

// AttachmentsConfig is what an Attachments is made of. Every field but Scanner is required.
type AttachmentsConfig struct {
	Cases   *Cases
	Files   imageconsent.Files
	Scanner imageconsent.Scanner // nil: nobody looks for what is harmful
}

// NewAttachments returns an Attachments.
func NewAttachments(cfg AttachmentsConfig) *Attachments { return &Attachments{cfg} }

// LargestAttached is what people without an account may attach in a house in a day, in bytes.
const LargestAttached = 1 << 30

// ActReadAttachment is the act of reading what somebody attached, in the trail.
const ActReadAttachment = "read_attachment"

// Attach keeps files with a report, for whoever reported: while it is to be decided yet, as many as
// the establishment takes, and as many again with each answer. Of a report whose ground is sealed none
// is taken (R50): nobody is to keep or send such a thing. The errors are [directory.ErrNotFound],
// [directory.FieldError]s of "attachment" (R20, R50), and the store's and the scanner's.
func (s *Attachments) Attach(ctx context.Context, f Follower, files []AttachedFile) error {
	nothing := func(CasesTx, CaseFile, Report, time.Time) error { return nil }
	if err := s.keep(ctx, f, files, nothing); err != nil {
		return fmt.Errorf("attach to a report: %w", err)
	}
	return nil
}

// Respond answers a question with files: all of it is kept, or nothing. The errors are those of
// [Attachments.Attach] and of [Cases.Respond].
func (s *Attachments) Respond(ctx context.Context, f Follower, version int64, text string, files []AttachedFile) error {
	err := s.keep(ctx, f, files, func(tx CasesTx, file CaseFile, r Report, now time.Time) error {
		return file.respond(ctx, tx, r, version, text, now)
	})
	if err != nil {
		return fmt.Errorf("answer a question with files: %w", err)
	}
	return nil
}

// keep keeps files with a report and what is said with them, in one transaction.
func (s *Attachments) keep(ctx context.Context, f Follower, files []AttachedFile, say func(tx CasesTx, file CaseFile, r Report, now time.Time) error) error {
	list, err := s.check(ctx, f, files, s.Cases.Clock())
	if err != nil {
		return err
	}
	kept := false
	defer func() { // a file without its row is of no use
		for _, a := range list {
			if !kept {
				_ = s.Files.Delete(context.WithoutCancel(ctx), a.File)
			}
		}
	}()
	for i, a := range list {
		if err := s.Files.Put(ctx, a.File, bytes.NewReader(files[i].Data)); err != nil {
			return err
		}
	}
	err = s.Cases.follow(ctx, f, func(tx CasesTx, file CaseFile, r Report, now time.Time) error {
		if err := file.takes(ctx, tx, r, files, now); err != nil {
			return err
		}
		if err := say(tx, file, r, now); err != nil {
			return err
		}
		for _, a := range list {
			a.Report = r.ID
			if err := tx.AddAttachment(ctx, file.ID, a); err != nil {
				return err
			}
		}
		return nil
	})
	kept = err == nil
	return err
}

// check refuses files before anything is kept.
func (s *Attachments) check(ctx context.Context, f Follower, files []AttachedFile, now time.Time) ([]Attachment, error) {
	err := s.Cases.follow(ctx, f, func(tx CasesTx, file CaseFile, r Report, now time.Time) error {
		return file.takes(ctx, tx, r, files, now)
	})
	if err != nil {
		return nil, err
	}
	list := make([]Attachment, len(files))
	for i, given := range files {
		media, known := mediaOf(given.Data)
		if !known {
			return nil, unattached("file_type", 0)
		}
		if s.Scanner != nil {
			found, err := s.Scanner.Scan(ctx, bytes.NewReader(given.Data))
			if err != nil {
				return nil, err
			}
			if found != "" {
				return nil, unattached("infected", 0)
			}
		}
		a := Attachment{ID: id.New[id.Attachment](), Name: given.name(), Media: media, Bytes: int64(len(given.Data)), SHA256: sha256.Sum256(given.Data), At: now}
		a.File = "attached/" + a.ID.String()
		list[i] = a
	}
	return list, nil
}

func unattached(code string, limit int) error {
	rule := "R20"
	if code == "sealed" {
		rule = "R50"
	}
	return &directory.FieldError{Field: "attachment", Code: code, Limit: limit, Rule: rule}
}

// takes refuses files that the case does not take from whoever reported.
func (f CaseFile) takes(ctx context.Context, tx CasesTx, r Report, files []AttachedFile, now time.Time) error {
	most, largest := settings.Attachments.Of(f.House.Values), settings.AttachmentSize.Of(f.House.Values)
	parts, err := tx.CaseParts(ctx, f.ID, r.ID)
	if err != nil {
		return err
	}
	switch {
	case seals(r.Ground): // and not another's: that would tell what they reported (R44)
		return unattached("sealed", 0)
	case len(files) == 0:
		return unattached("required", 0)
	case !f.hears():
		return f.refused(workflow.Respond, "R38", workflow.ErrImpossible)
	case len(files)+parts.attachedBy(r.ID) > most:
		return unattached("too_many", most)
	case slices.ContainsFunc(files, func(a AttachedFile) bool { return len(a.Data) > largest<<20 }):
		return unattached("too_large", largest)
	case !r.Person.IsZero():
		return nil
	}
	total, err := tx.AttachedSince(ctx, now.Add(-24*time.Hour))
	if err == nil && total >= LargestAttached {
		err = unattached("enough", 0)
	}
	return err
}

// hears reports whether what whoever reported says or attaches now can still be looked at before it is decided.
func (c Case) hears() bool { return c.Status.Open() && c.Status != workflow.CaseAppealed }

// attachedBy counts what somebody has attached since they were last asked for something.
func (p CaseParts) attachedBy(r id.Report) int {
	var asked time.Time
	for _, e := range p.Entries {
		if e.Kind == EntryQuestion && e.Report == r {
			asked = e.At
		}
	}
	count := 0
	for _, a := range p.Attachments {
		if a.Report == r && !a.At.Before(asked) {
			count++
		}
	}
	return count
}

// attachmentsOf are those of one report.
func attachmentsOf(list []Attachment, r id.Report) []Attachment {
	return slices.DeleteFunc(slices.Clone(list), func(a Attachment) bool { return a.Report != r })
}

// name is the last part of the name of a file, as it may be shown and sent.
func (a AttachedFile) name() string {
	name := path.Base(strings.ReplaceAll(strings.ToValidUTF8(a.Name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, name)
	if name == "" || name == "." || name == "/" {
		return "fichier"
	}
	return string([]rune(name)[:min(len([]rune(name)), LongestName)])
}

// mediaOf is what a file is, where it is a picture or a PDF that does nothing by itself.
func mediaOf(data []byte) (string, bool) {
	switch text := string(data[:min(len(data), 16)]); {
	case strings.HasPrefix(text, "\xff\xd8\xff"):
		return "image/jpeg", true
	case strings.HasPrefix(text, "\x89PNG\r\n\x1a\n"):
		return "image/png", true
	case strings.HasPrefix(text, "RIFF") && len(text) >= 12 && text[8:12] == "WEBP":
		return "image/webp", true
	case strings.HasPrefix(text, "%PDF-"):
		found, err := filetype.Check(bytes.NewReader(data), int64(len(data)))
		return "application/pdf", err == nil && found.Format == filetype.PDF
	}
	return "", false
}

// Open gives a file that was attached to whoever may examine the case, to keep: the trail tells who
// has. The error is [directory.ErrNotFound] or, of what is sealed, a [directory.Refusal] (R50).
func (s *Attachments) Open(ctx context.Context, who actor.Actor, c id.Case, attachment id.Attachment) (Attachment, io.ReadCloser, error) {
	var found Attachment
	err := s.Cases.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		now := s.Cases.Clock()
		file, who, err := openFor(ctx, tx, who, c, id.Photo{}, now)
		if err != nil {
			return err
		}
		parts, err := tx.CaseParts(ctx, c, id.Report{})
		if err != nil {
			return err
		}
		at := slices.IndexFunc(parts.Attachments, func(a Attachment) bool { return a.ID == attachment })
		switch {
		case at < 0:
			return directory.ErrNotFound
		case file.sensitive():
			return &directory.Refusal{Act: ActReadAttachment, Rule: "R50", Err: directory.ErrForbidden}
		}
		found = parts.Attachments[at]
		return tx.Record(ctx, audit.Act(who, ActReadAttachment, audit.Subject{Kind: workflow.CaseTable.Name, ID: c.UUID}, "R38", now))
	})
	if err != nil {
		return found, nil, fmt.Errorf("attachment of case %s: %w", c, err)
	}
	data, err := s.Files.Get(ctx, found.File)
	if err != nil {
		return found, nil, errors.Join(fmt.Errorf("attachment of case %s", c), err)
	}
	return found, data, nil
}
