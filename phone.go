package campaign

import (
	"errors"
	"log/slog"
	"strings"
	"unicode"
)

// A Phone is a telephone number in international form, +8613800138000. Two phones
// are the same if they are equal. A log shows only the masked form.
type Phone string

// ErrPhone says that a text is not a telephone number of the wanted kind.
var ErrPhone = errors.New("not a phone number")

const china = "86"

// ReadPhone reads the number of a mobile phone of mainland China as people type
// it: with or without +86, 0086 or 86, with spaces, dashes, dots and brackets. The
// error is ErrPhone and never repeats the text.
func ReadPhone(s string) (Phone, error) {
	digits, plus, ok := phoneDigits(s)
	if !ok {
		return "", ErrPhone
	}
	rest, abroad := strings.CutPrefix(digits, "00")
	rest, country := strings.CutPrefix(rest, china)
	if !mobile(rest) || (plus || abroad) && !country || plus && abroad {
		return "", ErrPhone
	}
	return Phone("+" + china + rest), nil
}

// E164 reads a number that is in international form already, as Telegram gives the
// numbers of its users: with a plus sign, 00 or neither before the code of the
// country. Nothing is taken for a mainland number that does not say so, since eleven
// digits from 1 may as well be a number in America. The error is ErrPhone and
// never repeats the text.
func E164(s string) (Phone, error) {
	digits, plus, ok := phoneDigits(s)
	if !plus {
		digits = strings.TrimPrefix(digits, "00")
	}
	if !ok || len(digits) < 8 || len(digits) > 15 || digits[0] == '0' {
		return "", ErrPhone
	}
	return Phone("+" + digits), nil
}

// Digits returns the number without its plus sign: 8613800138000.
func (p Phone) Digits() string { return strings.TrimPrefix(string(p), "+") }

// Masked returns the number with its middle hidden, for messages that others may
// see: 138****8000, or for a number abroad its first and last two digits.
func (p Phone) Masked() string {
	d := p.Digits()
	if rest, ok := strings.CutPrefix(d, china); ok && mobile(rest) {
		return rest[:3] + "****" + rest[7:]
	}
	if len(d) < 8 {
		return "****"
	}
	return "+" + d[:2] + strings.Repeat("*", len(d)-4) + d[len(d)-2:]
}

// LogValue shows the masked number to a log.
func (p Phone) LogValue() slog.Value { return slog.StringValue(p.Masked()) }

// mobile tells whether these are the eleven digits of a mainland mobile.
func mobile(digits string) bool {
	return len(digits) == 11 && digits[0] == '1' && digits[1] >= '3'
}

// longestPhone bounds what is read at all, in bytes.
const longestPhone = 100

// phoneDigits returns the digits of a typed number and whether a plus sign stood
// before them; not ok is a text with anything else but what people put between.
func phoneDigits(s string) (digits string, plus, ok bool) {
	if len(s) > longestPhone {
		return "", false, false
	}
	var b strings.Builder
	for _, r := range s {
		if '！' <= r && r <= '～' {
			r += '!' - '！'
		}
		switch {
		case '0' <= r && r <= '9':
			b.WriteRune(r)
		case r == '+' && !plus && b.Len() == 0:
			plus = true
		case strings.ContainsRune("-.()", r), unicode.IsSpace(r), unicode.Is(unicode.Pd, r), unicode.Is(unicode.Cf, r):
		default:
			return "", false, false
		}
	}
	return b.String(), plus, true
}
