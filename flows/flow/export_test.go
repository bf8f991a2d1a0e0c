package flow

import "errors"

// Shows is the view in which err has a question shown again, if it does.
func Shows(err error) (view string, ok bool) {
	l, ok := errors.AsType[look](err)
	return l.page, ok
}
