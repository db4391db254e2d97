package check

import (
	"archive/tar"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// own is everything in an image on our own base. All of it is root's.
func own(program string) map[string]string {
	return map[string]string{
		"/etc":                               "drwxr-xr-x",
		"/etc/group":                         "-rw-r--r--",
		"/etc/passwd":                        "-rw-r--r--",
		"/etc/ssl":                           "drwxr-xr-x",
		"/etc/ssl/certs":                     "drwxr-xr-x",
		"/etc/ssl/certs/ca-certificates.crt": "-rw-r--r--",
		"/ko-app":                            "dr-xr-xr-x",
		program:                              "-r-xr-xr-x",
		"/tmp":                               "dtrwxrwxrwx",
		"/var":                               "dr-xr-xr-x", // this and what is in it is ko's, for files that a program brings along
		"/var/run":                           "dr-xr-xr-x",
		"/var/run/ko":                        "dr-xr-xr-x",
	}
}

// files is what is in an image, by absolute path.
type files struct {
	headers  map[string]*tar.Header
	program  []byte
	contents map[string]string // of what the checks read
}

func read(image v1.Image, program string) (files, error) {
	found := files{headers: map[string]*tar.Header{}, contents: map[string]string{}}
	flat := mutate.Extract(image)
	defer flat.Close()
	for from := tar.NewReader(flat); ; {
		header, err := from.Next()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return found, err
		}
		name := path.Join("/", header.Name)
		if _, above := found.headers[name]; above { // Extract begins with the last layer, and takes /file and file for two
			continue
		}
		found.headers[name] = header
		switch name {
		case program:
			found.program, err = io.ReadAll(from)
		case passwd, group, authorities:
			var data []byte
			data, err = io.ReadAll(from)
			found.contents[name] = string(data)
		}
		if err != nil {
			return found, err
		}
	}
}

const passwd, group, authorities = "/etc/passwd", "/etc/group", "/etc/ssl/certs/ca-certificates.crt"

// check looks at the files: whose they are, who may write or execute them, and that nothing is there that need not be.
func (f files) check(want Want) error {
	var wrong []error
	for name, h := range f.headers {
		mode := h.FileInfo().Mode()
		switch {
		case mode&(fs.ModeSetuid|fs.ModeSetgid) != 0 || len(h.PAXRecords) > 0:
			wrong = append(wrong, fmt.Errorf("%s gives rights to who runs it: %v %v", name, mode, h.PAXRecords))
		case mode.IsRegular() && mode.Perm()&0o111 != 0 && name != want.program():
			wrong = append(wrong, fmt.Errorf("%s can be executed, and only %s should", name, want.program()))
		case !mode.IsRegular() && !mode.IsDir() && mode.Type() != fs.ModeSymlink:
			wrong = append(wrong, fmt.Errorf("%s is a %v", name, mode))
		}
	}
	if want.OwnBase {
		wrong = append(wrong, f.exactly(own(want.program()))...)
	}
	if !strings.Contains(f.contents[passwd], "\nnonroot:x:65532:65532:") || !strings.Contains(f.contents[group], "\nnonroot:x:65532:") {
		wrong = append(wrong, fmt.Errorf("the user %s is not in %s and %s", user, passwd, group))
	}
	if !x509.NewCertPool().AppendCertsFromPEM([]byte(f.contents[authorities])) {
		wrong = append(wrong, fmt.Errorf("there are no certificates of authorities in %s", authorities))
	}
	return errors.Join(wrong...)
}

func (f files) exactly(modes map[string]string) (wrong []error) {
	for name, mode := range modes {
		h, there := f.headers[name]
		if !there {
			wrong = append(wrong, fmt.Errorf("%s is not there", name))
			continue
		}
		if is := h.FileInfo().Mode().String(); is != mode || h.Uid != 0 || h.Gid != 0 {
			wrong = append(wrong, fmt.Errorf("%s is %s of %d:%d, not %s of 0:0", name, is, h.Uid, h.Gid, mode))
		}
	}
	for name := range f.headers {
		if _, known := modes[name]; !known {
			wrong = append(wrong, fmt.Errorf("%s should not be there", name))
		}
	}
	return wrong
}
