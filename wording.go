package campaign

import "errors"

// ErrDay says that a text is not a day, or a day that there is not.
var ErrDay = errors.New("not a day")

// ErrClock says that a text is not a time of day.
var ErrClock = errors.New("not a time of day")
