package bind

import (
	"io"

	"campaign/flows/flow"
)

// Drawn is Flow, but that the invitations of its coverage are drawn from random.
func Drawn(random io.Reader) flow.Flow {
	f := Flow
	f.Also = []flow.Flow{coverage(random)}
	return f
}

// Keys are the hashes of a link and a code.
func Keys(link, code string) (string, string) {
	l, _ := linkKey(link)
	c, _ := codeKey(code)
	return l, c
}
