package bind

import (
	"io"

	"campaign/flows/flow"
)

// CoverageOf is Coverage with invitations that are drawn from random.
func CoverageOf(random io.Reader) flow.Flow { return coverage(random) }

// Keys are the hashes of a link and a code.
func Keys(link, code string) (string, string) {
	l, _ := linkKey(link)
	c, _ := codeKey(code)
	return l, c
}
