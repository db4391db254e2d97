package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"time"
)

// answer reads one answer to its end. keep says that the connection can be used again.
func (c *conn) answer() (status int, keep bool, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, false, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, false, fmt.Errorf("not an answer: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, false, err
	}
	length, chunked := 0, false
	keep, c.retryAfter = true, 0
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return 0, false, err
		}
		name, value, found := bytes.Cut(line, []byte(":"))
		if !found {
			break
		}
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			length, err = strconv.Atoi(string(value))
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		case bytes.EqualFold(name, []byte("Connection")):
			keep = !bytes.EqualFold(value, []byte("close"))
		case bytes.EqualFold(name, []byte("Retry-After")):
			seconds, _ := strconv.Atoi(string(value)) // 0 when it is a date, which nothing here sends
			c.retryAfter = time.Duration(seconds) * time.Second
		}
		if err != nil {
			return 0, false, err
		}
	}
	c.body = c.body[:0]
	if chunked {
		return status, keep, c.chunks()
	}
	return status, keep, c.read(length)
}

// read appends n bytes to body.
func (c *conn) read(n int) error {
	from := len(c.body)
	if cap(c.body) < from+n {
		c.body = append(make([]byte, 0, 2*(from+n)), c.body...)
	}
	c.body = c.body[:from+n]
	_, err := io.ReadFull(c.in, c.body[from:])
	return err
}

func (c *conn) chunks() error {
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseUint(string(bytes.TrimSpace(line)), 16, 31)
		if err != nil {
			return err
		}
		if size > 0 {
			err = c.read(int(size))
		}
		if err != nil {
			return err
		}
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return err
		}
		if len(bytes.TrimSpace(line)) != 0 {
			return fmt.Errorf("a chunk ends with %q", line)
		}
		if size == 0 {
			return nil
		}
	}
}
