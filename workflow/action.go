package workflow

import (
	"errors"
	"fmt"
	"slices"
)

// ErrUnknownAction is an action that no table has.
var ErrUnknownAction = errors.New("no such action")

// AllActions lists every action of every table once, in the order of the
// tables: the closed set that clients choose from and that the trail records.
func AllActions() []Action {
	var list []Action
	for _, actions := range [][]Action{
		EditorialTable.Actions(), HoldTable.Actions(), LifeTable.Actions(), SpaceTable.Actions(), PhotoTable.Actions(), ConsentTable.Actions(),
		CaseTable.Actions(), ReplyTable.Actions(), OrderTable.Actions(),
	} {
		for _, action := range actions {
			if !slices.Contains(list, action) {
				list = append(list, action)
			}
		}
	}
	return list
}

// ParseAction reads an action's code. It answers with [ErrUnknownAction] for
// what is not exactly one of [AllActions].
func ParseAction(code string) (Action, error) {
	if action := Action(code); slices.Contains(AllActions(), action) {
		return action, nil
	}
	return "", fmt.Errorf("parse action %.40q: %w", code, ErrUnknownAction)
}
