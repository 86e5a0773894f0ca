package authfile

// maxUserLine is how long a line of a file of users may be. httpd reads no further than
// to the first longer one.
const maxUserLine = 8190

// Users are the users of a file and the hashes of their passwords.
type Users map[string]string

// ParseUsers reads a file of users as mod_authn_file does: of lines for the same user the
// first counts.
func ParseUsers(text string) Users {
	users := Users{}
	for line := range lines(text, maxUserLine) {
		name, rest := word(line, ':')
		hash, _ := word(rest, ':')
		if _, known := users[name]; !known {
			users[name] = hash
		}
	}
	return users
}

// Size estimates what the users take beside the text of the file, in bytes.
func (u Users) Size() int64 { return int64(len(u)) * entrySize }

// entrySize is about what an entry of a map of texts takes, as measured.
const entrySize = 100
