package authn

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"sync"
	"time"

	"github.com/modrewrite-go/modrewrite/matcher/internal/httpd"
	"github.com/modrewrite-go/modrewrite/matcher/internal/passwd"
)

// rememberFor is how long it is remembered that a password has a hash.
const rememberFor = time.Minute

// hasher checks passwords, a few at a time, and remembers for a while which ones were
// right. It is safe for concurrent use.
type hasher struct {
	turns chan struct{} // holds a token for each password that is being hashed
	wait  time.Duration
	right *memory
}

func newHasher(l *httpd.Limits, now func() time.Time) hasher {
	return hasher{turns: make(chan struct{}, l.Hashes), wait: l.HashWait, right: newMemory(l.Passwords, now)}
}

// errBusy says that too many passwords are being hashed.
var errBusy = errors.New("too many passwords are being hashed")

// matches reports whether the hash is that of password.
func (x *hasher) matches(ctx context.Context, h *passwd.Hash, password string) (bool, error) {
	if h.Cheap() {
		return x.hash(ctx, h, password)
	}
	key := x.right.key(h.Text(), password)
	if x.right.has(key) {
		return true, nil
	}
	ok, err := x.hash(ctx, h, password)
	if ok {
		x.right.add(key)
	}
	return ok, err
}

// hash is matches by hashing the password, which is not remembered. A cheap hash needs no
// turn.
func (x *hasher) hash(ctx context.Context, h *passwd.Hash, password string) (bool, error) {
	if h.Cheap() {
		return h.Matches(password), nil
	}
	if err := x.take(ctx); err != nil {
		return false, err
	}
	defer func() { <-x.turns }()
	return h.Matches(password), nil
}

// take waits for a turn.
func (x *hasher) take(ctx context.Context) error {
	select {
	case x.turns <- struct{}{}:
		return nil
	default:
	}
	limit := time.NewTimer(x.wait)
	defer limit.Stop()
	select {
	case x.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-limit.C:
		return errBusy
	}
}

// memory remembers the latest pairs of a hash and its password, as HMACs under a random
// key, so that passwords are not kept. The key is in the process's memory, too: with both
// a guess is checked faster than with the hash.
type memory struct {
	secret [sha256.Size]byte
	now    func() time.Time

	most int // that are known at once

	mu    sync.Mutex
	known map[digest]time.Time // when they were added
	order []digest             // a ring of all known, the oldest at next once it is full
	next  int
}

type digest [sha256.Size]byte

func newMemory(most int, now func() time.Time) *memory {
	m := &memory{now: now, most: most, known: map[digest]time.Time{}}
	_, _ = rand.Read(m.secret[:]) // it does not fail
	return m
}

// key returns what a pair is remembered as.
func (m *memory) key(hash, password string) (d digest) {
	h := hmac.New(sha256.New, m.secret[:])
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(hash))))
	h.Write([]byte(hash))
	h.Write([]byte(password))
	h.Sum(d[:0])
	return d
}

// has reports whether the pair was added lately.
func (m *memory) has(d digest) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	added, ok := m.known[d]
	if !ok {
		return false
	}
	if age := m.now().Sub(added); age < 0 || age >= rememberFor {
		delete(m.known, d)
		return false
	}
	return true
}

// add remembers a pair.
func (m *memory) add(d digest) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.order) < m.most {
		m.order = append(m.order, d)
	} else {
		delete(m.known, m.order[m.next])
		m.order[m.next] = d
		m.next = (m.next + 1) % m.most
	}
	m.known[d] = m.now()
}
