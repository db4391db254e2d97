package main

import (
	"bufio"
	"net"
	"strconv"
	"time"
)

// patience is how long an answer may take; the services give up earlier themselves.
const patience = 15 * time.Second

// target is where a load goes.
type target struct {
	addr    string // host:port
	path    string
	headers string // further header lines, each with \r\n at its end
}

// conn is one client: a kept-alive HTTP/1.1 connection that posts to one target. The generator shares the machine with
// what it measures; net/http's client costs two to three times as much CPU.
type conn struct {
	addr string
	head []byte // the request up to the value of Content-Length
	net  net.Conn
	in   *bufio.Reader
	out  []byte

	body       []byte // of the last answer, until the next
	retryAfter time.Duration
}

func (t target) connect() *conn {
	head := "POST " + t.path + " HTTP/1.1\r\nHost: " + t.addr + "\r\nContent-Type: application/json\r\n" + t.headers + "Content-Length: "
	return &conn{addr: t.addr, head: []byte(head)}
}

func (c *conn) close() {
	if c.net != nil {
		c.net.Close()
		c.net = nil
	}
}

// post sends body and reads the answer. After an error it is not known whether the request was done.
func (c *conn) post(body []byte) (status int, err error) {
	if c.net == nil {
		if c.net, err = net.DialTimeout("tcp", c.addr, patience); err != nil {
			c.net = nil
			return 0, err
		}
		c.in = bufio.NewReaderSize(c.net, 8<<10)
	}
	c.out = strconv.AppendInt(append(c.out[:0], c.head...), int64(len(body)), 10)
	c.out = append(append(c.out, "\r\n\r\n"...), body...)
	keep := false
	if err = c.net.SetDeadline(time.Now().Add(patience)); err == nil {
		if _, err = c.net.Write(c.out); err == nil {
			status, keep, err = c.answer()
		}
	}
	if !keep || err != nil {
		c.close()
	}
	return status, err
}
