package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestChartIsWellFormed(t *testing.T) {
	rows := measured()
	rows[0].Name, rows[1].Void = `<b>"a" & 'b'</b>`, []string{"x"}
	for name, rep := range map[string]*report{
		"all rows": {Rows: rows, Set: "embedded", Machine: machine{Cores: 2, CPU: "A&B <3 GHz>"}},
		"none":     {},
		"zeros":    {Rows: []*row{{Letter: "a"}}},
	} {
		text := string(rep.chart())
		d := xml.NewDecoder(strings.NewReader(text))
		elements := 0
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, text)
			}
			if _, begins := token.(xml.StartElement); begins {
				elements++
			}
		}
		if elements < 5 {
			t.Errorf("%s: only %d elements", name, elements)
		}
		if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") || strings.Contains(text, `"-`) {
			t.Errorf("%s has a figure that is none:\n%s", name, text)
		}
	}
}

func TestGroup(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 999.4: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := group(v); got != want {
			t.Errorf("%v is written %s", v, got)
		}
	}
}
