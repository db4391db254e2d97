package harness

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// aboutMail is the last line of every mail in English.
var aboutMail = regexp.MustCompile(`Order (\S+), message (\d+)\.`)

// arrivals are the messages that customers have received, by order and channel, in the order in which they came. (In a folder
// of mails, which the embedded set has, a repeat takes the place of the first.)
func (s *Story) arrivals(hook *Hook) (map[string]map[string][]int64, error) {
	all := map[string]map[string][]int64{}
	add := func(order, channel string, sequence int64) {
		if all[order] == nil {
			all[order] = map[string][]int64{}
		}
		all[order][channel] = append(all[order][channel], sequence)
	}
	mails, err := s.mailFiles()
	if err != nil {
		return nil, err
	}
	for _, m := range mails {
		if found := aboutMail.FindStringSubmatch(m); found != nil {
			n, _ := strconv.ParseInt(found[2], 10, 64) // digits
			add(found[1], "email", n)
		}
	}
	hits, err := hook.all()
	if err != nil {
		return nil, err
	}
	for _, hit := range hits {
		var said struct {
			OrderID  string
			Sequence int64
		}
		if err := json.Unmarshal(hit.Body, &said); err != nil {
			return nil, err
		}
		add(said.OrderID, "webhook", said.Sequence)
	}
	return all, nil
}

// mailFiles returns the mails that were sent, the oldest first.
func (s *Stack) mailFiles() ([]string, error) {
	type mail struct {
		at   time.Time
		text string
	}
	var found []mail
	err := filepath.WalkDir(s.data("mail"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it was renamed: it is in the next look
		}
		body, gone := os.ReadFile(path)
		if errors.Is(gone, fs.ErrNotExist) {
			return nil
		}
		found = append(found, mail{info.ModTime(), string(body)})
		return errors.Join(err, gone)
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // none was sent
	}
	slices.SortStableFunc(found, func(a, b mail) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	texts := make([]string, len(found))
	for i, m := range found {
		texts[i] = m.text
	}
	return texts, err
}
