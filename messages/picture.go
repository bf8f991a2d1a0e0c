package messages

// A Picture stands above the lines of a message, which are then its caption: one
// that somebody sent, or bars that are drawn when it is sent. One of them is set.
type Picture struct {
	Sent string `json:",omitempty"` // the messenger's name for it
	Bars *Bars  `json:",omitempty"`
}

// Bars are a chart as the figures that it shows: rows that are each a whole, in
// parts.
type Bars struct {
	Title Text
	Parts []Text // what the parts of a row are, from the left
	Rows  []Bar
}

// A Bar is a row: what it is of, what is said beside it, and how many are of each
// part.
type Bar struct {
	Name, Label Text
	Parts       []int
}

// Showing puts a picture above the lines.
func (m Message) Showing(p Picture) Message {
	m.Picture = &p
	return m
}
