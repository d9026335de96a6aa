package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/clamd"
	"imprimatur/internal/config"
	"imprimatur/internal/directory"
	"imprimatur/internal/notify"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// house is what serve and work have in common: the database, the services over
// it, and the registry that everything is measured in.
type house struct {
	db          *postgres.DB
	registry    *prometheus.Registry
	publication *publication.Service
	moderation  *moderation.Service
	cases       *moderation.Cases
	spaces      *publication.Spaces
	legal       *publication.LegalPages // R66
	reader      *publication.Reader
	directory   *directory.Service
	// R36
	authorisations *publication.Authorisations
	photos         *imageconsent.Photos // R27
	trombinoscopes *imageconsent.Trombinoscopes
	consents       *imageconsent.Consents
	pictures       *imageconsent.Remembered // for readers
	post           *notify.Service
	forms          []byte // the key that forms for anybody are signed with
}

// now is the program's clock.
func now() time.Time { return time.Now().UTC() }

// openHouse connects to the database. The caller closes it.
func openHouse(ctx context.Context, b *backing, scanner string, hosts []string, m mailing) (*house, error) {
	scans, err := scannerAt(scanner)
	if err != nil {
		return nil, err
	}
	db, err := postgres.Open(ctx, postgres.Config{URL: b.database, Clock: now})
	if err != nil {
		return nil, err
	}
	h := &house{db: db, registry: prometheus.NewRegistry(), forms: b.forms}
	h.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	db.Observe(h.registry)
	h.publication = publication.NewService(publication.Config{InTx: postgres.Transactions[publication.Tx](db), Clock: now})
	h.moderation = moderation.NewService(moderation.Config{InTx: postgres.Transactions[moderation.Tx](db), Clock: now, Hosts: hosts})
	h.cases = moderation.NewCases(moderation.CasesConfig{InTx: postgres.Transactions[moderation.CasesTx](db), Finder: db, Clock: now})
	h.spaces = publication.NewSpaces(postgres.Transactions[publication.SpaceTx](db), now)
	h.legal = publication.NewLegalPages(postgres.Transactions[publication.LegalTx](db), now)
	h.directory = directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](db), Clock: now})
	h.authorisations = publication.NewAuthorisations(postgres.Transactions[publication.AuthorisationTx](db), now)
	h.photos = imageconsent.NewPhotos(imageconsent.PhotosConfig{
		InTx: postgres.Transactions[imageconsent.PhotoTx](db), Files: b.files, Imaging: imageconsent.NewDeveloper(runtime.GOMAXPROCS(0)), Scanner: scans, Clock: now,
	})
	h.consents = imageconsent.NewConsents(imageconsent.ConsentsConfig{
		InTx: postgres.Transactions[imageconsent.ConsentTx](db), Clock: now, Links: db, Files: b.files,
	})
	h.trombinoscopes = imageconsent.NewTrombinoscopes(imageconsent.TrombinoscopesConfig{
		InTx: postgres.Transactions[imageconsent.TrombinoscopeTx](db), Photos: h.photos, Consents: h.consents, Clock: now,
	})
	h.pictures = imageconsent.Remember(b.files, picturesInMemory)
	h.reader = publication.NewReader(publication.ReaderConfig{Store: db.Door(), Clock: now})
	if h.post, err = m.service(h); err != nil {
		db.Close()
		return nil, err
	}
	return h, nil
}

// scannerAt is the scanner at an address; none without one.
func scannerAt(address string) (imageconsent.Scanner, error) {
	if address == "" {
		return nil, nil //nolint:nilnil // no scanner was asked for, and that is no error
	}
	s, err := clamd.New(address)
	if err != nil {
		return nil, fmt.Errorf("--clamd: %w", err)
	}
	return s, nil
}

// mailing is how people are written to.
type mailing struct {
	config.Mail
	address string // of the service, as readers see it
	demo    bool
}

func (m mailing) service(h *house) (*notify.Service, error) {
	cfg := notify.Config{InTx: postgres.Transactions[notify.Tx](h.db), Links: h.consents, Follow: h.cases, BaseURL: m.address, Shown: m.demo, Clock: now}
	if m.SMTPURL != "" {
		server, err := notify.NewSMTP(m.SMTPURL, m.MailFrom, m.Bounces, m.MailRate)
		if err != nil {
			return nil, fmt.Errorf("--smtp-url, --mail-from, --mail-bounces: %w", err)
		}
		cfg.SMTP = server
	}
	return notify.NewService(cfg), nil
}

// picturesInMemory is how many bytes of pictures a process remembers for readers.
const picturesInMemory = 32 << 20

func (h *house) close() { h.db.Close() }
