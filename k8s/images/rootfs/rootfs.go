// Package rootfs is what an image holds beside its program. There is no shell, no package manager, no program.
package rootfs

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"io"
	"io/fs"
	"strings"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// User is whom programs run as, user and group: the one that Dapr's images have, too. A container runtime that is told
// the number of a user alone takes the group from /etc/passwd, and without that file it takes root's.
const User = "65532:65532"

// Entry is a file, a folder or a symbolic link, owned by root.
type Entry struct {
	Path string // absolute
	Mode fs.FileMode
	Data []byte // of a link: where it leads
}

// Entries returns everything, a folder before what is in it.
func Entries() []Entry {
	return []Entry{
		{Path: "/etc", Mode: fs.ModeDir | 0o755},
		{Path: "/etc/group", Mode: 0o644, Data: []byte("root:x:0:\nnonroot:x:65532:\n")},
		{Path: "/etc/passwd", Mode: 0o644, Data: []byte("root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n")},
		{Path: "/etc/ssl", Mode: fs.ModeDir | 0o755},
		{Path: "/etc/ssl/certs", Mode: fs.ModeDir | 0o755},
		{Path: "/etc/ssl/certs/ca-certificates.crt", Mode: 0o644, Data: certificates()},
		{Path: "/tmp", Mode: fs.ModeDir | fs.ModeSticky | 0o777},
	}
}

// certificates are Mozilla's authorities, as PEM. One that is trusted for some certificates only is left out: a file
// cannot say which.
func certificates() []byte {
	var out bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			out.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}))
		}
	}
	return out.Bytes()
}

// Tar writes the entries as a layer of an image, the same bytes every time.
func Tar(w io.Writer, entries []Entry) error {
	out := tar.NewWriter(w)
	for _, e := range entries {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: strings.TrimPrefix(e.Path, "/"), Mode: int64(e.Mode.Perm()), Size: int64(len(e.Data))}
		switch e.Mode.Type() {
		case fs.ModeDir:
			header.Typeflag, header.Name = tar.TypeDir, header.Name+"/"
		case fs.ModeSymlink:
			header.Typeflag, header.Linkname, header.Size = tar.TypeSymlink, string(e.Data), 0
			e.Data = nil
		}
		if e.Mode&fs.ModeSticky != 0 {
			header.Mode |= 0o1000
		}
		if err := out.WriteHeader(header); err != nil {
			return err
		}
		if _, err := out.Write(e.Data); err != nil {
			return err
		}
	}
	return out.Close()
}
