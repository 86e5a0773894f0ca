package authn

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"math/bits"
	"slices"

	"github.com/modrewrite-go/modrewrite/matcher/internal/authfile"
	"github.com/modrewrite-go/modrewrite/matcher/internal/passwd"
)

// decoys are hashes to try the passwords of users with who have none. A user who is not
// there gets one by name, always the same, and each as often as there are users whose
// passwords take as long to check: how long an answer takes says the same of those who are
// there and of those who are not, also in a file with hashes of several forms.
type decoys struct {
	kinds []decoy
	users int
	// secret is what the choice depends on beside the name: a hash of the file, so that the
	// choice stays the same while the file does, and outlives this process.
	secret string
}

// decoy is a hash that stands for all with the same setting.
type decoy struct {
	hash  passwd.Hash
	users int // who have such a hash
}

// newDecoys returns the decoys of a file. Hashes whose cost is above most are not tried.
func newDecoys(u authfile.Users, most int) decoys {
	var d decoys
	bySetting := map[string]*decoy{}
	for _, text := range u {
		h, ok := passwd.Parse(text)
		if !ok || h.Cost() > most {
			continue
		}
		setting := h.Setting()
		kind := bySetting[setting]
		if kind == nil {
			kind = &decoy{hash: h}
			bySetting[setting] = kind
		}
		if kind.users++; text < kind.hash.Text() {
			kind.hash = h // so that it does not depend on the order of a map
		}
		if d.users++; d.secret == "" || text < d.secret {
			d.secret = text
		}
	}
	for _, setting := range slices.Sorted(maps.Keys(bySetting)) {
		d.kinds = append(d.kinds, *bySetting[setting])
	}
	return d
}

// choose returns the decoy for a user, nil if there is none.
func (d *decoys) choose(user string) *passwd.Hash {
	if d.users == 0 {
		return nil
	}
	mac := hmac.New(sha256.New, []byte(d.secret))
	mac.Write([]byte(user))
	// Scaled, and not the remainder: with one user more the choice stays the same for most.
	high, _ := bits.Mul64(binary.LittleEndian.Uint64(mac.Sum(nil)), uint64(d.users)) //nolint:gosec // not negative
	n := int(high)                                                                   //nolint:gosec // less than users
	for i := range d.kinds {
		if n -= d.kinds[i].users; n < 0 {
			return &d.kinds[i].hash
		}
	}
	return nil // there are as many as users
}
