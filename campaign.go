// Package campaign holds the words that every room of Muster shares: people and
// their places in the district, days, activities, absences. It is nouns only: it
// imports the standard library alone, asks no clock and does no I/O.
package campaign
