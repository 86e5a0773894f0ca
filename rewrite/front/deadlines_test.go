package front

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pair returns both ends of a TCP connection.
func pair(t *testing.T) (here, there *net.TCPConn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = ln.Close() }()
	a, err := net.Dial("tcp", ln.Addr().String())
	require.NoError(t, err)
	b, err := ln.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = a.Close(), b.Close() })
	here, ok := a.(*net.TCPConn)
	require.True(t, ok)
	there, ok = b.(*net.TCPConn)
	require.True(t, ok)
	return here, there
}

var (
	past = time.Unix(1, 0)
	soon = func() time.Time { return time.Now().Add(20 * time.Millisecond) }
	late = func() time.Time { return time.Now().Add(time.Hour) }
)

func requireTimeout(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	var ne net.Error
	require.True(t, errors.As(err, &ne) && ne.Timeout(), "what net/http and crypto/tls look at")
}

// ends are what a test of deadlines has: a connection, and its other end.
type ends struct {
	t     *testing.T
	c     net.Conn
	there *net.TCPConn
}

// A connection ends reads and writes when one of package net would.
func TestLateTCP(t *testing.T) {
	t.Parallel()
	for name, wrap := range map[string]func(*net.TCPConn) net.Conn{
		"net":  func(c *net.TCPConn) net.Conn { return c },
		"late": func(c *net.TCPConn) net.Conn { return &lateTCP{TCPConn: c} },
	} {
		for what, run := range map[string]func(ends){
			"before a read": func(e ends) {
				require.NoError(e.t, e.c.SetReadDeadline(soon()))
				_, err := e.c.Read(make([]byte, 1))
				requireTimeout(e.t, err)
			},
			"during a read": func(e ends) {
				done := reading(e.c)
				time.Sleep(10 * time.Millisecond)
				require.NoError(e.t, e.c.SetReadDeadline(past))
				requireTimeout(e.t, <-done)
				require.NoError(e.t, e.c.SetReadDeadline(time.Time{}))
			},
			"during a read, which had a later one": func(e ends) {
				require.NoError(e.t, e.c.SetReadDeadline(late()))
				done := reading(e.c)
				time.Sleep(10 * time.Millisecond)
				require.NoError(e.t, e.c.SetReadDeadline(past))
				requireTimeout(e.t, <-done)
			},
			"later, during a read": func(e ends) {
				require.NoError(e.t, e.c.SetReadDeadline(soon()))
				done := reading(e.c)
				require.NoError(e.t, e.c.SetReadDeadline(time.Time{}))
				time.Sleep(40 * time.Millisecond)
				_, err := e.there.Write([]byte("x"))
				require.NoError(e.t, err)
				require.NoError(e.t, <-done)
			},
			"passed, though there is something to read": func(e ends) {
				_, err := e.there.Write([]byte("x"))
				require.NoError(e.t, err)
				time.Sleep(10 * time.Millisecond)
				require.NoError(e.t, e.c.SetReadDeadline(past))
				_, err = e.c.Read(make([]byte, 1))
				requireTimeout(e.t, err)
				require.NoError(e.t, e.c.SetReadDeadline(time.Time{}))
				b := make([]byte, 2)
				n, err := e.c.Read(b)
				require.NoError(e.t, err)
				require.Equal(e.t, "x", string(b[:n]), "nothing is lost")
			},
			"many": func(e ends) {
				for range 10 {
					require.NoError(e.t, e.c.SetReadDeadline(late()))
					require.NoError(e.t, e.c.SetReadDeadline(past))
					require.NoError(e.t, e.c.SetReadDeadline(time.Time{}))
				}
				require.NoError(e.t, e.c.SetReadDeadline(soon()))
				for range 2 {
					_, err := e.c.Read(make([]byte, 1))
					requireTimeout(e.t, err)
				}
			},
			"of both": func(e ends) {
				require.NoError(e.t, e.c.SetDeadline(soon()))
				_, err := e.c.Read(make([]byte, 1))
				requireTimeout(e.t, err)
				requireTimeout(e.t, fill(e.c))
				require.NoError(e.t, e.c.SetDeadline(late()))
				require.NoError(e.t, e.c.SetDeadline(past))
				_, err = e.c.Write([]byte("x"))
				requireTimeout(e.t, err)
				require.NoError(e.t, e.c.SetDeadline(time.Time{}))
			},
			"during a write": func(e ends) {
				require.NoError(e.t, e.c.SetWriteDeadline(late()))
				done := make(chan error)
				go func() { done <- fill(e.c) }()
				time.Sleep(10 * time.Millisecond)
				require.NoError(e.t, e.c.SetWriteDeadline(soon()))
				requireTimeout(e.t, <-done)
			},
			"of writes, moved": func(e ends) {
				end := time.Now().Add(600 * time.Millisecond)
				for time.Now().Before(end) { // one that was set at first would have passed
					require.NoError(e.t, e.c.SetWriteDeadline(time.Now().Add(300*time.Millisecond)))
					_, err := e.c.Write([]byte("x"))
					require.NoError(e.t, err)
					_, err = io.ReadFull(e.there, make([]byte, 1))
					require.NoError(e.t, err)
				}
			},
			"none on a closed one": func(e ends) {
				require.NoError(e.t, e.c.Close())
				_ = e.c.SetReadDeadline(late()) // is an error with package net
				_, err := e.c.Read(make([]byte, 1))
				require.ErrorIs(e.t, err, net.ErrClosed)
			},
		} {
			t.Run(what+", "+name, func(t *testing.T) {
				t.Parallel()
				here, there := pair(t)
				run(ends{t, wrap(here), there})
			})
		}
	}
}

// The connection below is told a deadline of reads when one begins.
func TestLateTCPReads(t *testing.T) {
	t.Parallel()
	here, there := pair(t)
	c := &lateTCP{TCPConn: here}
	for range 2 {
		before, end := c.read.set, late()
		require.NoError(t, c.SetReadDeadline(end))
		require.Equal(t, before, c.read.set)
		_, err := there.Write([]byte("x"))
		require.NoError(t, err)
		_, err = c.Read(make([]byte, 1))
		require.NoError(t, err)
		require.Equal(t, end, c.read.set)
		require.Zero(t, c.reads)
	}
}

// The connection below is told a deadline of writes unless the one before is nearly as good.
func TestLateTCPWrites(t *testing.T) {
	t.Parallel()
	here, _ := pair(t)
	c := &lateTCP{TCPConn: here}
	start := time.Now()
	for _, step := range []struct {
		hours float64 // from the start; 0 for no deadline
		told  bool
	}{
		{64, true},
		{64, false},
		{64.9, false},
		{64.5, false},
		{65.1, true},
		{66, false},
		{64.9, true}, // earlier
		{640, true},
		{649, false},
		{651, true},
		{0, true},
		{640, true},
		{0, true},
		{0, true},
		{-1, true},
		{-0.999, true}, // nothing is nearly as good as what has passed
		{64, true},
		{64.9, false},
	} {
		at := time.Time{}
		if step.hours != 0 {
			at = start.Add(time.Duration(step.hours * float64(time.Hour)))
		}
		before := c.write
		require.NoError(t, c.SetWriteDeadline(at))
		if !step.told {
			require.Equal(t, before, c.write, "%v hours", step.hours)
			continue
		}
		require.Equal(t, at, c.write.set, "%v hours", step.hours)
		if at.IsZero() {
			require.Zero(t, c.write.within)
		} else {
			require.InDelta(t, step.hours, c.write.within.Hours(), 0.1)
		}
	}
}

// reading reads a byte and returns with what error.
func reading(c net.Conn) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 1))
		done <- err
	}()
	return done
}

// fill writes until there is an error.
func fill(c net.Conn) error {
	for b := make([]byte, 64<<10); ; {
		if _, err := c.Write(b); err != nil {
			return err
		}
	}
}
