package deployed

import (
	"regexp"
	"strings"
	"testing"
)

// Every story of the product that needs no system of its own, told here too: by the Services, and through the sidecar of
// a foreign app. Of two replicas, any may answer.
func TestStories(t *testing.T) {
	out, err := deployed.Stories(t.Context(), "-v")
	ended := regexp.MustCompile(`(?m)^--- (PASS|FAIL|SKIP): (\S+)`)
	told := map[string]int{}
	for _, m := range ended.FindAllStringSubmatch(out, -1) {
		told[m[1]]++
	}
	t.Logf("stories: %d passed, %d failed, %d need a system of their own", told["PASS"], told["FAIL"], told["SKIP"])
	if err != nil {
		t.Errorf("%v\n%s", err, failures(out))
	}
	if told["PASS"] < 40 {
		t.Errorf("only %d stories were told", told["PASS"])
	}
}

// failures is what is printed of stories that fail, without those that do not.
func failures(out string) string {
	var kept []string
	passed := regexp.MustCompile(`^(=== (RUN|PAUSE|CONT|NAME)|\s*--- (PASS|SKIP))`)
	for line := range strings.Lines(out) {
		if !passed.MatchString(line) && len(kept) < 400 {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
