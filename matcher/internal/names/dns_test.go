package names

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// nameServer answers questions over UDP on this machine, as a name server does.
type nameServer struct {
	conn  net.PacketConn
	ptr   map[string]string // of names below in-addr.arpa
	a     map[string]string
	mute  map[string]bool // gets no answer
	fails map[string]bool // SERVFAIL
	asked atomic.Int64
}

const (
	typeA, typePTR    = 1, 12
	rcodeServerFailed = 2
	rcodeNoSuchName   = 3
)

// start has the server answer until the test ends, and returns a resolver that
// asks it.
func (s *nameServer) start(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	s.conn = conn
	go s.serve()
	return &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
		},
	}
}

func (s *nameServer) serve() {
	buf := make([]byte, 1500)
	for {
		n, from, err := s.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		s.asked.Add(1)
		if reply := s.answer(buf[:n]); reply != nil {
			_, _ = s.conn.WriteTo(reply, from)
		}
	}
}

// answer returns the reply to a query of one question, nil for none.
func (s *nameServer) answer(query []byte) []byte {
	name, end := questionName(query)
	kind := binary.BigEndian.Uint16(query[end:])
	if s.mute[name] {
		return nil
	}
	reply := append([]byte{}, query[:end+4]...)
	binary.BigEndian.PutUint16(reply[2:], 0x8180) // a response, recursion desired and available
	binary.BigEndian.PutUint16(reply[6:], 0)
	binary.BigEndian.PutUint16(reply[8:], 0)
	binary.BigEndian.PutUint16(reply[10:], 0)
	var data []byte
	switch {
	case s.fails[name]:
		reply[3] |= rcodeServerFailed
		return reply
	case kind == typePTR && s.ptr[name] != "":
		data = wireName(s.ptr[name])
	case kind == typeA && s.a[name] != "":
		data = netip.MustParseAddr(s.a[name]).AsSlice()
	case s.a[name] != "":
		return reply // it has no address of that kind
	default:
		reply[3] |= rcodeNoSuchName
		return reply
	}
	binary.BigEndian.PutUint16(reply[6:], 1)
	reply = append(reply, 0xc0, 12) // the name in question
	reply = binary.BigEndian.AppendUint16(reply, kind)
	reply = binary.BigEndian.AppendUint16(reply, 1)
	reply = binary.BigEndian.AppendUint32(reply, 60)
	reply = binary.BigEndian.AppendUint16(reply, uint16(len(data)))
	return append(reply, data...)
}

// questionName returns the name that a query asks for, and where it ends.
func questionName(query []byte) (name string, end int) {
	var labels []string
	for end = 12; query[end] != 0; end += int(query[end]) + 1 {
		labels = append(labels, string(query[end+1:end+1+int(query[end])]))
	}
	return strings.ToLower(strings.Join(labels, ".")), end + 1
}

func wireName(name string) []byte {
	var b []byte
	for label := range strings.SplitSeq(name, ".") {
		b = append(append(b, byte(len(label))), label...)
	}
	return append(b, 0)
}
