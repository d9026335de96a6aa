package api

import (
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/mail"
	"imprimatur/internal/settings"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// object is a JSON object of the document.
type object = map[string]any

// words are the closed lists: types whose every value is known.
var words = map[reflect.Type]func() []string{
	reflect.TypeFor[workflow.Action]():    func() []string { return texts(workflow.AllActions()) },
	reflect.TypeFor[workflow.Mode]():      func() []string { return texts(workflow.Modes()) },
	reflect.TypeFor[workflow.Editorial](): func() []string { return texts(workflow.Editorials()) },
	reflect.TypeFor[workflow.Exposure]():  func() []string { return texts(workflow.Exposures()) },
	reflect.TypeFor[workflow.HoldKind]():  func() []string { return texts(workflow.HoldKinds()) },
	reflect.TypeFor[workflow.HoldOn](): func() []string {
		return texts([]workflow.HoldOn{workflow.OnContribution, workflow.OnSpace, workflow.OnPhoto})
	},
	reflect.TypeFor[workflow.SpaceStatus]():     func() []string { return texts(workflow.SpaceStatuses()[1:]) },
	reflect.TypeFor[workflow.Ground]():          func() []string { return texts(knownGrounds()) },
	reflect.TypeFor[publication.Kind]():         func() []string { return texts(publication.Kinds()) },
	reflect.TypeFor[publication.SpaceKind]():    func() []string { return texts(publication.SpaceKinds()) },
	reflect.TypeFor[publication.AudienceKind](): func() []string { return texts(publication.AudienceKinds()) },
	reflect.TypeFor[directory.LogReason]():      func() []string { return texts(directory.LogReasons()) },
	reflect.TypeFor[moderation.Wait]():          func() []string { return texts(moderation.Waits()) },
	reflect.TypeFor[moderation.NoticeKind]():    func() []string { return texts(moderation.NoticeKinds()) },
	reflect.TypeFor[moderation.Verdict]():       func() []string { return texts([]moderation.Verdict{moderation.Pass, moderation.Flag, moderation.Hold}) },
	reflect.TypeFor[moderation.Field](): func() []string {
		return texts([]moderation.Field{moderation.Title, moderation.Body, moderation.Attribution})
	},
	reflect.TypeFor[actor.Role](): func() []string { return texts(actor.AllRoles()) },
	reflect.TypeFor[actor.Kind](): func() []string {
		return texts([]actor.Kind{actor.KindPerson, actor.KindLink, actor.KindAnonymous, actor.KindService, actor.KindSystem})
	},
	reflect.TypeFor[settings.Authority](): func() []string {
		return texts([]settings.Authority{settings.Law, settings.Charter, settings.Default, settings.Service})
	},
	reflect.TypeFor[settings.FormKind]():      func() []string { return texts(settings.FormKinds()) },
	reflect.TypeFor[settings.Theme]():         func() []string { return texts(settings.Themes()) },
	reflect.TypeFor[publication.Conformity](): func() []string { return texts(publication.Conformities()) },
	reflect.TypeFor[publication.LegalField](): func() []string { return texts(publication.LegalFields()) },
	reflect.TypeFor[publication.Naming]():     func() []string { return texts(publication.Namings()) },
	reflect.TypeFor[settings.Change](): func() []string {
		return texts([]settings.Change{settings.Freely, settings.StricterOnly, settings.Never})
	},
	reflect.TypeFor[directory.GroupKind](): func() []string { return texts([]directory.GroupKind{directory.Class, directory.OtherGroup}) },
	reflect.TypeFor[directory.Profile](): func() []string {
		return texts([]directory.Profile{directory.Pupil, directory.Guardian, directory.Teacher, directory.Staff, directory.External, directory.AuthorityProfile})
	},
	reflect.TypeFor[directory.StandingKind](): func() []string {
		return texts([]directory.StandingKind{directory.Clear, directory.Supervised, directory.Suspended})
	},
	reflect.TypeFor[directory.DirectorCapacity](): func() []string {
		return texts([]directory.DirectorCapacity{directory.Head, directory.Acting})
	},
	reflect.TypeFor[workflow.PhotoStatus]():   func() []string { return texts(workflow.PhotoStatuses()[1:]) },
	reflect.TypeFor[workflow.ConsentStatus](): func() []string { return texts(workflow.ConsentStatuses()[1:]) },
	reflect.TypeFor[imageconsent.Medium]():    func() []string { return texts(imageconsent.Media()) },
	reflect.TypeFor[imageconsent.Audience]():  func() []string { return texts(imageconsent.Audiences()) },
	reflect.TypeFor[imageconsent.Outcome]():   func() []string { return texts(imageconsent.Outcomes()) },
	reflect.TypeFor[imageconsent.Size]():      func() []string { return texts(imageconsent.Sizes()) },
	reflect.TypeFor[imageconsent.Capacity](): func() []string {
		return texts([]imageconsent.Capacity{imageconsent.AsDepicted, imageconsent.AsGuardian})
	},
	reflect.TypeFor[imageconsent.Form]():      func() []string { return texts(imageconsent.Forms()) },
	reflect.TypeFor[imageconsent.Problem]():   func() []string { return texts(imageconsent.Problems()) },
	reflect.TypeFor[imageconsent.Lack]():      func() []string { return texts(imageconsent.Lacks()) },
	reflect.TypeFor[mail.State]():             func() []string { return texts(mail.States()) },
	reflect.TypeFor[moderation.CaseKind]():    func() []string { return texts(moderation.CaseKinds()) },
	reflect.TypeFor[moderation.CheckedHow]():  func() []string { return texts(moderation.ChecksHow()) },
	reflect.TypeFor[moderation.ReplyMeans]():  func() []string { return texts(moderation.RepliesBy()) },
	reflect.TypeFor[workflow.CaseStatus]():    func() []string { return texts(workflow.CaseStatuses()[1:]) },
	reflect.TypeFor[moderation.ReplyGround](): func() []string { return texts(moderation.ReplyGrounds()) },
	reflect.TypeFor[workflow.Verdict]():       func() []string { return texts(append(workflow.Verdicts(), workflow.ReplyVerdicts()...)) },
	reflect.TypeFor[moderation.Stage]():       func() []string { return texts(moderation.Stages()) },
	reflect.TypeFor[moderation.Assignment]():  func() []string { return texts(moderation.Assignments()) },
	reflect.TypeFor[moderation.Party](): func() []string {
		return texts([]moderation.Party{moderation.TheAuthor, moderation.TheReporter})
	},
	reflect.TypeFor[moderation.CaseEntryKind](): func() []string {
		return texts([]moderation.CaseEntryKind{moderation.EntryNote, moderation.EntryQuestion, moderation.EntryAnswer, moderation.EntryAppeal, moderation.EntryMove})
	},
	reflect.TypeFor[moderation.CaseLetterKind](): func() []string {
		return texts([]moderation.CaseLetterKind{
			moderation.LetterReceipt, moderation.LetterQuestion, moderation.LetterDecision, moderation.LetterAnswer,
		})
	},
	reflect.TypeFor[moderation.ClockKind](): func() []string {
		return texts([]moderation.ClockKind{
			moderation.ClockEscalation, moderation.ClockDecision, moderation.ClockMask, moderation.ClockAppeal, moderation.ClockAnswer,
			moderation.ClockReceipt, moderation.ClockReply, moderation.ClockReminder, moderation.ClockRedress,
			moderation.ClockOrder, moderation.ClockSilence,
		})
	},
	reflect.TypeFor[moderation.Recipient](): func() []string { return texts(moderation.Recipients()) },
	reflect.TypeFor[moderation.CareStep]():  func() []string { return texts(moderation.CareSteps()) },

	reflect.TypeFor[moderation.Hiding]():   func() []string { return texts([]moderation.Hiding{moderation.Small, moderation.Withheld}) },
	reflect.TypeFor[workflow.ReasonRule](): func() []string { return []string{"nothing", "text", "ground", "statement", "reference"} },
}

func texts[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// schemas gathers the schemas of the document's components.
type schemas struct {
	components object
	err        error
}

var (
	timeType = reflect.TypeFor[time.Time]()
	hashType = reflect.TypeFor[publication.Hash]()
	uuidType = reflect.TypeFor[uuid.UUID]()
	fileType = reflect.TypeFor[upload]()
	dayType  = reflect.TypeFor[day]()
)

// of is the schema of a type: by reference where it is a struct of ours.
func (s *schemas) of(t reflect.Type) object {
	switch {
	case t == timeType:
		return object{"type": "string", "format": "date-time"}
	case t == dayType:
		return object{"type": "string", "format": "date"}
	case t == fileType:
		return object{"type": "string", "format": "binary"}
	case t == hashType:
		return object{"type": "string", "pattern": "^[0-9a-f]{64}$"}
	case isID(t):
		return object{"type": "string", "format": "uuid"}
	case words[t] != nil:
		return object{"type": "string", "enum": words[t]()}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem())
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice:
		return object{"type": "array", "items": s.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Interface:
		return object{}
	case reflect.Struct:
		return s.component(t)
	}
	s.err = fmt.Errorf("describe the API: no schema for %s", t)
	return object{}
}

// isID reports whether the type is one of package id's.
func isID(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 1 && t.Field(0).Type == uuidType
}

// component names the struct's schema, and makes it the first time.
func (s *schemas) component(t reflect.Type) object {
	name := componentName(t)
	if _, ok := s.components[name]; !ok {
		s.components[name] = object{} // it may hold itself
		properties, required := object{}, []string{}
		s.fields(t, properties, &required)
		schema := object{"type": "object", "properties": properties, "additionalProperties": false}
		if len(required) > 0 {
			schema["required"] = required
		}
		s.components[name] = schema
	}
	return object{"$ref": "#/components/schemas/" + name}
}

// fields adds a struct's fields, those of embedded structs included.
func (s *schemas) fields(t reflect.Type, properties object, required *[]string) {
	for field := range fieldsOf(t) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			s.fields(field.Type, properties, required)
			continue
		}
		if name == "-" {
			continue
		}
		if name == "" {
			s.err = fmt.Errorf("describe the API: %s.%s has no name", t, field.Name)
			continue
		}
		schema := s.of(field.Type)
		if doc := field.Tag.Get("doc"); doc != "" {
			schema["description"] = doc
		}
		properties[name] = schema
		if !strings.Contains(options, "omit") {
			*required = append(*required, name)
		}
	}
}

func fieldsOf(t reflect.Type) func(yield func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

// componentName is the word for a struct: spaceJSON is Space, and list[spaceJSON]
// SpaceList.
func componentName(t reflect.Type) string {
	name := t.Name()
	if inner, ok := strings.CutPrefix(name, "list["); ok {
		inner = strings.TrimSuffix(inner, "]")
		return title(strings.TrimSuffix(inner[strings.LastIndex(inner, ".")+1:], "JSON")) + "List"
	}
	return title(strings.TrimSuffix(name, "JSON"))
}

func title(name string) string {
	runes := []rune(name)
	runes[0] = unicode.ToUpper(runes[0])
	return string(runes)
}
