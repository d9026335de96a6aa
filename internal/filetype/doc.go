// Package filetype says what a file is by its bytes and its structure, never by its
// name, and refuses what could act on whoever opens it: programs, macros, scripts,
// files within files, and files that are two things at once (R20). It knows no
// person and no store.
//
// What is taken is a closed list: PDF, OpenDocument, Office Open XML, and sound and
// films that a browser plays. Of everything else Sniff says what is wrong with it.
//
// Check walks the whole structure. Its memory is bounded: paper is read whole, at
// the size that the caller has limited, and unpacked within fixed bounds; sound and
// films are walked from their beginning to their end.
//
// A walk is a guard, not a proof. A PDF is searched for the names of its actions as
// bytes, within its compressed objects too; a viewer that repairs a broken file its
// own way may see another one. So files are served as what Check said they are and
// nothing else, to be kept and not shown, and a scanner looks at them besides.
package filetype
