package bind

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"
)

// validFor is how long an invitation can be used.
const validFor = 72 * time.Hour

// letters are what a code is written with: none that is taken for another.
const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

const codeLength = 8

// A secret is what an invitation is known by: 128 random bits for a link, and a
// short code for whoever must type it. Only its hashes are kept.
type secret struct{ link, code string }

// draw makes a secret of random bytes.
func draw(random io.Reader) (secret, error) {
	var bits [16]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return secret{}, fmt.Errorf("bind: draw a link: %w", err)
	}
	code := make([]byte, 0, codeLength)
	for len(code) < codeLength {
		var one [1]byte
		if _, err := io.ReadFull(random, one[:]); err != nil {
			return secret{}, fmt.Errorf("bind: draw a code: %w", err)
		}
		if n := int(one[0]); n < 256/len(letters)*len(letters) { // each letter as likely as any other
			code = append(code, letters[n%len(letters)])
		}
	}
	return secret{base64.RawURLEncoding.EncodeToString(bits[:]), string(code)}, nil
}

// payload is what a link to Muster carries.
func (s secret) payload() string { return "inv_" + s.link }

// spoken is the code as people read it aloud.
func (s secret) spoken() string { return s.code[:codeLength/2] + "-" + s.code[codeLength/2:] }

// linkKey is the hash of what followed inv_ in a link. It is false for what
// cannot be of an invitation.
func linkKey(arg string) (string, bool) {
	b, err := base64.RawURLEncoding.DecodeString(arg)
	return hash("link", arg), err == nil && len(b) == 16
}

// codeKey is the hash of a code as people type it: in any case and width, with
// dashes and spaces. It is false for what cannot be a code.
func codeKey(typed string) (string, bool) {
	if len(typed) > 10*codeLength {
		return "", false
	}
	code := strings.ToUpper(strings.Map(func(r rune) rune {
		switch {
		case '！' <= r && r <= '～':
			r -= '！' - '!'
		case r == '\u3000' || r == '–' || r == '—':
			return -1
		}
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, typed))
	if len(code) != codeLength || strings.Trim(code, letters) != "" {
		return "", false
	}
	return hash("code", code), true
}

func hash(kind, s string) string {
	sum := sha256.Sum256([]byte(kind + ":" + s))
	return hex.EncodeToString(sum[:])
}
