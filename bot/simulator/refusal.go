package simulator

import (
	"fmt"
	"net/http"
)

// A Refusal is an answer of Telegram that is not a success.
type Refusal struct {
	Code        int
	Description string
	RetryAfter  int   // seconds, with 429
	MigrateTo   int64 // the supergroup that a group became
}

// Error gives the description as Telegram words it.
func (r *Refusal) Error() string { return r.Description }

func badRequest(format string, args ...any) *Refusal {
	return &Refusal{Code: http.StatusBadRequest, Description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func forbidden(format string, args ...any) *Refusal {
	return &Refusal{Code: http.StatusForbidden, Description: "Forbidden: " + fmt.Sprintf(format, args...)}
}

func conflict(description string) *Refusal {
	return &Refusal{Code: http.StatusConflict, Description: "Conflict: " + description}
}

func tooManyRequests(seconds int) *Refusal {
	return &Refusal{
		Code:        http.StatusTooManyRequests,
		Description: fmt.Sprintf("Too Many Requests: retry after %d", seconds),
		RetryAfter:  seconds,
	}
}

// body renders the refusal as the Bot API sends it.
func (r *Refusal) body() []byte {
	type parameters struct {
		RetryAfter int   `json:"retry_after,omitempty"`
		MigrateTo  int64 `json:"migrate_to_chat_id,omitempty"`
	}
	answer := struct {
		OK          bool        `json:"ok"`
		Code        int         `json:"error_code"`
		Description string      `json:"description"`
		Parameters  *parameters `json:"parameters,omitempty"`
	}{Code: r.Code, Description: r.Description}
	if r.RetryAfter != 0 || r.MigrateTo != 0 {
		answer.Parameters = &parameters{RetryAfter: r.RetryAfter, MigrateTo: r.MigrateTo}
	}
	return encode(answer)
}
