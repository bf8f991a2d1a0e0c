package sheet

import "fmt"

// A Refusal says why a file was not read or cannot be written. It is about the
// file and meant for the person who sent it: callers find it with errors.As and
// say it in that person's language.
type Refusal struct {
	Why   Why
	Line  int // where, if it is about one line; else 0
	Limit int // the bound that was passed, if there is one; else 0
}

// Why is the reason of a Refusal.
type Why string

// The reasons.
const (
	NotSheet       Why = "not a CSV or XLSX file"
	OldFormat      Why = "a workbook of the old .xls kind; save it as .xlsx"
	Locked         Why = "protected by a password"
	Damaged        Why = "damaged"
	NoHeader       Why = "empty: there is no header row"
	OpenQuote      Why = "a quotation mark is opened and never closed"
	TooBig         Why = "too big"
	TooManyRows    Why = "too many rows"
	TooManyColumns Why = "too many columns"
	CellTooLong    Why = "too much text in one cell"
)

// Error tells the reason, the line and the bound in English.
func (r *Refusal) Error() string {
	text := string(r.Why)
	if r.Limit > 0 {
		text = fmt.Sprintf("%s (at most %d)", text, r.Limit)
	}
	if r.Line > 0 {
		text = fmt.Sprintf("line %d: %s", r.Line, text)
	}
	return text
}
