package postgres

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"imprimatur/internal/directory"
	"imprimatur/workflow"
)

// byConstraint says what a violated constraint means to the domain. What is not
// listed is a fault of the program and stays a database error.
var byConstraint = map[string]error{
	"revision_one_open":       workflow.ErrStale,
	"revision_one_live":       workflow.ErrStale,
	"revision_one_draft":      workflow.ErrStale,
	"revision_one_suggestion": workflow.ErrStale,
	"revision_number_once":    workflow.ErrStale,
	"case_under_way":          workflow.ErrStale, // reopened while another began
	"report_secret_pkey":      workflow.ErrStale, // the same form was sent at the same moment
	"space_slug_once":         directory.ErrTaken,
	"word_list_name_once":     directory.ErrTaken,
	"credential_login_once":   directory.ErrTaken,
	// Who a space names was there when it was checked, and went in the meantime.
	"space_group":               directory.ErrNotFound,
	"space_role_group":          directory.ErrNotFound,
	"space_role_person_id_fkey": directory.ErrNotFound,
	"space_role_once":           workflow.ErrStale,
}

// translate turns a database error into the domain's: a missing row is
// [directory.ErrNotFound], a lost race [workflow.ErrStale].
func translate(err error) error {
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows), errors.Is(err, pgx.ErrNoRows):
		return directory.ErrNotFound
	case errors.As(err, &pg):
		if domain, ok := byConstraint[pg.ConstraintName]; ok {
			return fmt.Errorf("%w (%s)", domain, pg.ConstraintName)
		}
	}
	return err
}
