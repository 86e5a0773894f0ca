package rewritemap

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// maxAnswer is the longest line of a program that is taken for an answer.
const maxAnswer = 1 << 20

// closeTime is how long a program has to end after its input did.
const closeTime = time.Second

var (
	errAnswerTime   = errors.New("no answer in time")
	errAnswerLength = errors.New("the answer is too long")
)

// process is a running program that answers lines. It is not safe for
// concurrent use.
type process struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	pipe io.Closer // what out reads from
	out  *bufio.Reader
	once sync.Once // kills it
}

// startProcess starts a program, an absolute path and arguments, as httpd does:
// in its own directory, with no environment, and with the server's standard
// error. user and group may be "".
func startProcess(argv []string, user, group string) (*process, error) {
	attributes, err := processAttributes(user, group)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir, cmd.Env, cmd.Stderr = filepath.Dir(argv[0]), []string{}, os.Stderr
	cmd.SysProcAttr = attributes
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &process{cmd: cmd, in: in, pipe: out, out: bufio.NewReader(out)}, nil
}

// ask sends key and returns the line that answers it. With io.EOF the program
// ended its output, perhaps after an answer. With any error it is of no more
// use.
func (p *process) ask(key string, limit time.Duration) (string, error) {
	timer := time.AfterFunc(limit, p.kill)
	// What can't be written is not answered either.
	_, _ = io.WriteString(p.in, key+"\n")
	answer, err := p.line()
	if !timer.Stop() {
		return "", errAnswerTime
	}
	return answer, err
}

// line reads a line and returns it without its end.
func (p *process) line() (string, error) {
	var line []byte
	for {
		part, err := p.out.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			return string(line[:len(line)-1]), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return string(line), io.EOF
		case len(line) > maxAnswer:
			return "", errAnswerLength
		}
	}
}

// kill ends the process and those that it started, and whatever waits for
// them.
func (p *process) kill() {
	p.once.Do(func() {
		killProcesses(p.cmd.Process)
		_ = p.in.Close()
		_ = p.pipe.Close()
	})
}

// end kills the process and tells how it ended.
func (p *process) end() string {
	p.kill()
	_ = p.cmd.Wait() // the state tells more
	return p.cmd.ProcessState.String()
}

// close ends the process, gently at first.
func (p *process) close() {
	timer := time.AfterFunc(closeTime, p.kill)
	_ = p.in.Close()
	_, _ = io.Copy(io.Discard, p.out)
	timer.Stop()
	p.end()
}
