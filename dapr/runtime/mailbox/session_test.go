package main

import (
	"context"
	"net"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAMailBecomesAFileThatPeopleCanRead(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, addr, dir) }()
	letter := "Subject: =?UTF-8?q?caf=C3=A9?=\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nthe total is =E2=82=AC5\r\n"
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		err := smtp.SendMail(addr, nil, "shop@example.com", []string{"ann@example.com"}, []byte(letter))
		if err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	if err := smtp.SendMail(addr, nil, "a@example.com", []string{"b@example.com"}, []byte("this is no mail\r\n")); err == nil {
		t.Error("took what is no mail")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) != 1 {
		t.Fatalf("%d files", len(files))
	}
	body, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"X-Envelope-To: ann@example.com\n", "Subject: café\n", "the total is €5"} {
		if !strings.Contains(string(body), part) {
			t.Errorf("no %q in\n%s", part, body)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
