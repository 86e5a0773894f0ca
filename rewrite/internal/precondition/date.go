package precondition

import (
	"net/http"
	"strings"
	"time"
)

// Names in dates.
const (
	days   = "SunMonTueWedThuFriSat"
	months = "JanFebMarAprMayJunJulAugSepOctNovDec"
)

// dateForms are the forms of dates that httpd reads, after the day of the week.
// "9" stands for a digit, "_" for a digit or a space, "A" and "a" for letters of
// either case. What follows the time is not looked at, but for a year that the
// form names.
var dateForms = [...]struct {
	form             string
	day, month, year int // where they begin
	digits, time     int // of the year; where the time begins
}{
	{form: "99 Aaa 9999 99:99:99 ", day: 0, month: 3, year: 7, digits: 4, time: 12},
	{form: "99-Aaa-99 99:99:99 ", day: 0, month: 3, year: 7, digits: 2, time: 10},
	{form: "Aaa _9 99:99:99 9999", day: 4, month: 0, year: 16, digits: 4, time: 7},
	{form: "9 Aaa 9999 99:99:99 ", day: -1, month: 2, year: 6, digits: 4, time: 11},
}

// ParseDate reads a date as HTTP has them, in the three forms of RFC 9110 and
// with a day of one digit. Whatever follows is ignored, the zone too. ok is false
// for what is not a date, and for the first second of 1970, which httpd cannot
// tell from that.
func ParseDate(s string) (date time.Time, ok bool) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	_, s, ok = strings.Cut(s, " ")
	if !ok {
		return time.Time{}, false
	}
	for _, f := range dateForms {
		if !fits(s, f.form) {
			continue
		}
		day := number(s[max(f.day, 0):], 2)
		if f.day < 0 {
			day = number(s, 1)
		}
		year := number(s[f.year:], f.digits)
		if f.digits == 2 {
			if year += 1900; year < 1970 {
				year += 100
			}
		}
		clock := s[f.time:]
		return makeDate(year, s[f.month:f.month+3], day, number(clock, 2), number(clock[3:], 2), number(clock[6:], 2))
	}
	return time.Time{}, false
}

// fits reports whether s begins with what form describes.
func fits(s, form string) bool {
	if len(s) < len(form) {
		return false
	}
	for i := range len(form) {
		c, ok := s[i], false
		switch want := form[i]; want {
		case '9':
			ok = isDigit(c)
		case '_':
			ok = isDigit(c) || c == ' '
		case 'A':
			ok = 'A' <= c && c <= 'Z'
		case 'a':
			ok = 'a' <= c && c <= 'z'
		default:
			ok = c == want
		}
		if !ok {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number reads n digits; a space counts as 0.
func number(s string, n int) int {
	v := 0
	for i := range n {
		v *= 10
		if s[i] != ' ' {
			v += int(s[i] - '0')
		}
	}
	return v
}

// makeDate makes a date of its parts, if there is such a date.
func makeDate(year int, name string, day, hour, minute, second int) (time.Time, bool) {
	i := strings.Index(months, name)
	if i < 0 || i%3 != 0 || year < 1900 || day < 1 || hour > 23 || minute > 59 || second > 61 {
		return time.Time{}, false
	}
	month := time.Month(i/3 + 1)
	date := time.Date(year, month, day, hour, minute, second, 0, time.UTC)
	if day > time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day() || date.Unix() == 0 {
		return time.Time{}, false
	}
	return date, true
}

// FormatDate returns t as HTTP has dates, in the form of [http.TimeFormat]. It is here for
// speed: each file that is sent has a date.
func FormatDate(t time.Time) string {
	t = t.UTC()
	year, month, day := t.Date()
	if year < 0 || year > 9999 {
		return t.Format(http.TimeFormat)
	}
	hour, minute, second := t.Clock()
	b := []byte("Day, 00 Mon 0000 00:00:00 GMT")
	copy(b, days[3*t.Weekday():][:3])
	copy(b[8:], months[3*(month-1):][:3])
	for _, p := range [...]struct{ at, number int }{{5, day}, {12, year / 100}, {14, year % 100}, {17, hour}, {20, minute}, {23, second}} {
		b[p.at], b[p.at+1] = byte('0'+p.number/10), byte('0'+p.number%10)
	}
	return string(b)
}
