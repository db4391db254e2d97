package event

// value passes over the next value, whatever it is, and returns its text. What
// it takes is JSON.
func (s *scanner) value() ([]byte, error) {
	first := s.next()
	from := s.at
	var err error
	switch first {
	case '"':
		err = s.passString()
	case '{', '[':
		err = s.passMembers(first)
	case 't':
		err = s.passWord("true")
	case 'f':
		err = s.passWord("false")
	case 'n':
		err = s.passWord("null")
	default:
		err = s.passNumber()
	}
	return s.text[from:s.at], err
}

// passMembers is members for who wants none of them.
func (s *scanner) passMembers(open byte) error {
	return s.members(open, func() error {
		if open == '{' {
			if s.next() != '"' {
				return s.unexpected()
			}
			if err := s.passString(); err != nil {
				return err
			}
			if s.next() != ':' {
				return s.unexpected()
			}
			s.at++
		}
		_, err := s.value()
		return err
	})
}

func (s *scanner) passString() error {
	for s.at++; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return nil
		case c == '\\':
			if err := s.passEscape(); err != nil {
				return err
			}
		case c < ' ':
			return s.unexpected()
		}
	}
	return s.unexpected()
}

// passEscape leaves at at the last byte of an escape.
func (s *scanner) passEscape() error {
	s.at++
	if s.at >= len(s.text) {
		return s.unexpected()
	}
	switch s.text[s.at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		for range 4 {
			s.at++
			if s.at >= len(s.text) || !isHex(s.text[s.at]) {
				return s.unexpected()
			}
		}
		return nil
	}
	return s.unexpected()
}

func (s *scanner) passWord(word string) error {
	for i := range len(word) {
		if s.at >= len(s.text) || s.text[s.at] != word[i] {
			return s.unexpected()
		}
		s.at++
	}
	return nil
}

// passNumber passes -12.5e+3.
func (s *scanner) passNumber() error {
	s.passOne("-")
	if !s.passOne("0") && !s.passDigits() {
		return s.unexpected()
	}
	if s.passOne(".") && !s.passDigits() {
		return s.unexpected()
	}
	if s.passOne("eE") {
		s.passOne("+-")
		if !s.passDigits() {
			return s.unexpected()
		}
	}
	return nil
}

func (s *scanner) passDigits() (some bool) {
	for ; s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9'; s.at++ {
		some = true
	}
	return some
}

func (s *scanner) passOne(of string) bool {
	if s.at < len(s.text) && (s.text[s.at] == of[0] || s.text[s.at] == of[len(of)-1]) {
		s.at++
		return true
	}
	return false
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
