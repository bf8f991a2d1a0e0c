package roster

import (
	"strconv"

	"campaign/flows/flow/sheet"
	"campaign/messages"
)

// faultsInChat is how many faults one message tells.
const faultsInChat = 15

// wrong says why the file of a turn cannot be taken, if it cannot.
func wrong(t turn) (messages.Message, bool) {
	fs := t.Facts.left.faults
	switch {
	case t.Facts.lost:
		return messages.Say("The file is no longer there."), true
	case t.Facts.refusal != nil:
		return messages.Message{}.Add(Unreadable(t.Facts.refusal)), true
	case fs.count() == 0:
		return messages.Message{}, false
	}
	m := messages.Say("<b>%s</b> cannot be taken as it is (%d faults):", short(t.Draft.File.Name), fs.count())
	told := fs.first[:min(len(fs.first), faultsInChat)]
	for _, f := range told {
		m = m.Line("Line %s: %s", strconv.Itoa(f.Line), f.Why)
	}
	if more := fs.count() - len(told); more > 0 {
		m = m.Line("… and %d more", more)
	}
	return m.Gap().Line("Nothing was changed. Please correct the file."), true
}

// told is what a file does, as the chat shows it.
func told(file string, c changes) messages.Message {
	m := messages.Say("<b>%s</b> (%d rows)", short(file), c.rows).Add(c.report(inChat)...)
	if len(c.notes) > 0 {
		m = m.Gap().Add(c.warned()...)
	}
	return m
}

// preview shows what the file would do.
func preview(t turn) messages.Message {
	if why, bad := wrong(t); bad {
		return why
	}
	m := told(t.Draft.File.Name, t.Facts.left)
	if t.Facts.left.losesOffice(t.Who.ID) {
		m = m.Line("⚠ %s", messages.T("You yourself would no longer be of the campaign office."))
	}
	return m.Gap().Line("Nothing is written before you apply the file.")
}

// sure asks once more before people are deactivated.
func sure(t turn) messages.Message {
	if why, bad := wrong(t); bad {
		return why
	}
	c := t.Facts.gone
	m := messages.Say("<b>Deactivate the members who are missing from the file (%d)?</b> %s", len(c.gone), toBeSure.some(each(c.missing, called))).
		Line("They lose their roles and are nobody here until a later file names them again. What is recorded of them stays.")
	if rest := t.Facts.left.totals(); len(rest) > 0 {
		m = m.Line("What else the file does is applied, too: %s.", rest)
	}
	if c.losesOffice(t.Who.ID) {
		m = m.Line("⚠ %s", messages.T("You yourself would no longer be of the campaign office."))
	}
	return m
}

// Unreadable says why a file was not read, and how to mend it.
func Unreadable(r *sheet.Refusal) messages.Text {
	line := strconv.Itoa(r.Line)
	switch r.Why {
	case sheet.OldFormat:
		return messages.T("This is a workbook of the old .xls kind. Please save it as .xlsx and send it again.")
	case sheet.Locked:
		return messages.T("The file is protected by a password. Please save it without one and send it again.")
	case sheet.Damaged:
		return messages.T("The file is damaged. Please save it anew and send it again.")
	case sheet.NoHeader:
		return messages.T("The file is empty: it has no row with the names of the columns.")
	case sheet.OpenQuote:
		return messages.T("Line %s: a quotation mark is opened and never closed.", line)
	case sheet.TooBig:
		return messages.T("The file is too big; %d MB is the most that can be read.", r.Limit>>20)
	case sheet.TooManyRows:
		return messages.T("The file has too many rows; %d is the most that can be read.", r.Limit)
	case sheet.TooManyColumns:
		return messages.T("Line %s: too many columns; %d is the most that can be read.", line, r.Limit)
	case sheet.CellTooLong:
		return messages.T("Line %s: too much text in one cell; %d characters is the most that can be read.", line, r.Limit)
	}
	return messages.T("This is not a table that can be read. Please send an .xlsx or a .csv file.")
}
