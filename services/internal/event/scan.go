package event

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// scanner reads JSON text once, from front to back. encoding/json reads the same
// text two or three times at each level that keeps a part of it as it is, and
// a bulk delivery has three such levels: it was most of what an event cost.
type scanner struct {
	text  []byte
	at    int
	depth int
}

// maxDepth is that of encoding/json.
const maxDepth = 10000

func (s *scanner) unexpected() error {
	if s.at >= len(s.text) {
		return fmt.Errorf("unexpected end at byte %d", s.at)
	}
	return fmt.Errorf("unexpected %q at byte %d", s.text[s.at], s.at)
}

// next passes blanks and returns the byte after them; 0 at the end.
func (s *scanner) next() byte {
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// end wants nothing more but blanks.
func (s *scanner) end() error {
	if s.next(); s.at < len(s.text) {
		return s.unexpected()
	}
	return nil
}

// object has each read the value of every member of the next value, an object.
func (s *scanner) object(each func(name []byte) error) error {
	return s.members('{', func() error {
		name, err := s.name()
		if err != nil {
			return err
		}
		return each(name)
	})
}

// array has each read every element of the next value, an array.
func (s *scanner) array(each func() error) error { return s.members('[', each) }

func (s *scanner) members(open byte, each func() error) error {
	if s.next() != open {
		return s.unexpected()
	}
	if s.depth++; s.depth > maxDepth {
		return fmt.Errorf("too deep at byte %d", s.at)
	}
	s.at++
	end := open + 2 // as it is in ASCII: [] and {}
	if s.next() == end {
		s.at++
		s.depth--
		return nil
	}
	for {
		if err := each(); err != nil {
			return err
		}
		switch s.next() {
		case ',':
			s.at++
		case end:
			s.at++
			s.depth--
			return nil
		default:
			return s.unexpected()
		}
	}
}

// name reads the name of a member, and the colon.
func (s *scanner) name() ([]byte, error) {
	if s.next() != '"' {
		return nil, s.unexpected()
	}
	from := s.at
	if err := s.passString(); err != nil {
		return nil, err
	}
	name, err := unquote(s.text[from:s.at])
	if err != nil {
		return nil, err
	}
	if s.next() != ':' {
		return nil, s.unexpected()
	}
	s.at++
	return name, nil
}

// string reads the next value, a string; null is an empty one.
func (s *scanner) string() (string, error) {
	first := s.next()
	text, err := s.value()
	switch {
	case err != nil:
		return "", err
	case first == 'n':
		return "", nil
	case first != '"':
		return "", fmt.Errorf("must be a string, not %.20s", text)
	}
	plain, err := unquote(text)
	return string(plain), err
}

// unquote returns what a string says; of most it is what is between the quotes.
func unquote(text []byte) ([]byte, error) {
	plain := text[1 : len(text)-1]
	for _, c := range plain {
		if c == '\\' || c >= utf8.RuneSelf {
			var out string
			err := json.Unmarshal(text, &out)
			return []byte(out), err
		}
	}
	return plain, nil
}
