package front

import (
	"net"
	"os"
	"sync"
	"time"
)

// lateTCP is a TCP connection whose deadlines are set late: that of reads when a read begins
// or goes on, that of writes when the one before is no longer nearly as good. net/http sets
// six a request, of which one counts, and each takes a timer and two looks at the clock.
//
// It differs from a [net.TCPConn] in that setting the deadline of a closed connection is no
// error, and in that a deadline of writes may come early by a 64th of the time to it.
type lateTCP struct {
	*net.TCPConn

	mu    sync.Mutex // for what follows
	reads int        // that are going on
	read  deadline
	write deadline
}

// deadline is when reads, or writes, are to end; zero for never.
type deadline struct {
	wanted time.Time
	set    time.Time     // what the connection below was told last
	within time.Duration // from when it was told to what it was told
}

// Read reads what the other end sends, until the deadline.
func (c *lateTCP) Read(b []byte) (int, error) {
	if err := c.beginRead(); err != nil {
		return 0, err
	}
	defer c.endRead()
	return c.TCPConn.Read(b)
}

// beginRead sets the deadline for a read, unless it has passed.
func (c *lateTCP) beginRead() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d := &c.read; !d.wanted.Equal(d.set) {
		if !d.wanted.IsZero() && time.Until(d.wanted) <= 0 {
			return os.ErrDeadlineExceeded
		}
		if err := c.tell(); err != nil {
			return err
		}
	}
	c.reads++
	return nil
}

func (c *lateTCP) endRead() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reads--
}

// tell tells the connection below the deadline of reads.
func (c *lateTCP) tell() error {
	c.read.set = c.read.wanted
	return c.TCPConn.SetReadDeadline(c.read.set)
}

// SetReadDeadline sets when reads end, also those that are going on.
func (c *lateTCP) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read.wanted = t
	if c.reads > 0 && !t.Equal(c.read.set) {
		return c.tell()
	}
	return nil
}

// SetWriteDeadline sets when writes end, also those that are going on.
func (c *lateTCP) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := &c.write
	if late := t.Sub(d.set); late >= 0 && late < d.within/64 {
		return nil // neither is zero: within is where set is, and late is negative where t is
	}
	if d.set, d.within = t, 0; !t.IsZero() {
		d.within = time.Until(t)
	}
	return c.TCPConn.SetWriteDeadline(t)
}

// SetDeadline sets when reads and writes end.
func (c *lateTCP) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}
