package campaign

// A PersonID names one person on the roster, for ever.
type PersonID int64
