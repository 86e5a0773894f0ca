package fastcgi

import (
	"bufio"
	"encoding/binary"
	"fmt"
)

// recordType is what a record holds.
type recordType uint8

// The types of records that a client sends and receives.
const (
	beginRequest recordType = 1
	endRequest   recordType = 3
	paramsRecord recordType = 4
	stdinRecord  recordType = 5
	stdoutRecord recordType = 6
	stderrRecord recordType = 7
)

const (
	version            = 1
	headerLength       = 8
	maxContent         = 65535 // of a record
	requestID          = 1     // of the one request that a connection has at a time
	roleResponder      = 1
	keepConn           = 1
	protocolOverloaded = 2 // FCGI_OVERLOADED of an end
)

// recordHeader is what a record begins with.
type recordHeader struct {
	kind    recordType
	id      uint16
	content int // bytes that follow
	padding int // bytes to skip behind them
}

// appendRecord appends a record with the given content, maxContent bytes at most.
func appendRecord(b []byte, kind recordType, content []byte) []byte {
	b = append(b, version, byte(kind), 0, requestID)
	b = binary.BigEndian.AppendUint16(b, uint16(len(content)))
	b = append(b, 0, 0)
	return append(b, content...)
}

// appendStream appends content as records of kind, without the empty one that ends
// the stream.
func appendStream(b []byte, kind recordType, content []byte) []byte {
	for len(content) > 0 {
		n := min(len(content), maxContent)
		b = appendRecord(b, kind, content[:n])
		content = content[n:]
	}
	return b
}

// appendBegin appends the record that a request begins with.
func appendBegin(b []byte, keep bool) []byte {
	flags := byte(0)
	if keep {
		flags = keepConn
	}
	return appendRecord(b, beginRequest, []byte{0, roleResponder, flags, 0, 0, 0, 0, 0})
}

// appendParam appends a variable as it stands in a stream of params.
func appendParam(b []byte, p Param) []byte {
	b = appendLength(b, len(p.Name))
	b = appendLength(b, len(p.Value))
	b = append(b, p.Name...)
	return append(b, p.Value...)
}

// paramLength returns how many bytes appendParam appends.
func paramLength(p Param) int {
	return lengthLength(len(p.Name)) + lengthLength(len(p.Value)) + len(p.Name) + len(p.Value)
}

func lengthLength(n int) int {
	if n < 0x80 {
		return 1
	}
	return 4
}

func appendLength(b []byte, n int) []byte {
	if n < 0x80 {
		return append(b, byte(n))
	}
	return binary.BigEndian.AppendUint32(b, uint32(n)|1<<31)
}

// readHeader reads the header of a record of the connection's request.
func readHeader(r *bufio.Reader) (recordHeader, error) {
	b, err := r.Peek(headerLength)
	if err != nil {
		return recordHeader{}, err
	}
	h := parseRecordHeader(b)
	if b[0] != version || h.id != requestID {
		return recordHeader{}, fmt.Errorf("%w: record of version %d for request %d", ErrProtocol, b[0], h.id)
	}
	_, err = r.Discard(headerLength)
	return h, err
}

// parseRecordHeader reads the header that b begins with.
func parseRecordHeader(b []byte) recordHeader {
	return recordHeader{
		kind: recordType(b[1]), id: binary.BigEndian.Uint16(b[2:]),
		content: int(binary.BigEndian.Uint16(b[4:])), padding: int(b[6]),
	}
}
