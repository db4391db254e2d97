package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
)

// Colours that can be read on white and on black: the text has the same contrast to both.
const (
	inkText = "#777b82"
	inkRate = "#3b82c4"
	inkEcho = "#8f949b"
	inkP50  = "#3b9c6e"
	inkP99  = "#d07a3a"
	inkVoid = "#d04a4a"
)

// Places of the chart, in pixels.
const (
	chartWidth = 940
	rowHeight  = 34
	chartHead  = 58
	rateLeft   = 340
	rateWidth  = 230
	timeLeft   = 660
	timeWidth  = 210
)

// chart draws the rows that count: how many per second, and how long half of them and 99 of 100 took.
func (rep *report) chart() []byte {
	var rows []*row
	most, least, longest := 1.0, math.Inf(1), 0.0
	for _, r := range rep.Rows {
		if r.aside {
			continue
		}
		rows = append(rows, r)
		most, longest = max(most, r.Rate), max(longest, r.P99)
		if r.P50 > 0 {
			least = min(least, r.P50)
		}
	}
	height := chartHead + rowHeight*len(rows) + 34
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="13" fill="%s" role="img">`+"\n", chartWidth, height, inkText)
	fmt.Fprintf(&b, "<title>%s</title>\n", escape("Orders per second and latency on "+fmt.Sprint(rep.Machine.Cores)+" cores"))
	label(&b, 12, 24, 15, "One run on "+fmt.Sprint(rep.Machine.Cores)+" cores, everything on it: services, sidecars, store, broker, load generator")
	label(&b, rateLeft, 48, 12, "per second")
	label(&b, timeLeft, 48, 12, "ms, logarithmic:")
	legend(&b, timeLeft+104, 48, inkP50, "p50")
	legend(&b, timeLeft+154, 48, inkP99, "p99")
	scale := logScale(least, longest)
	for i, r := range rows {
		drawRow(&b, r, chartHead+rowHeight*i, r.Rate/most, scale)
	}
	label(&b, 12, height-12, 11, fmt.Sprintf("%s · %s · %s · component set %s · make bench", rep.Date.Format("2006-01-02"), rep.Machine.CPU, rep.Machine.Go, rep.Set))
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// logScale returns where a latency lies between the least (a little above 0) and the longest (1).
func logScale(least, longest float64) func(float64) float64 {
	low, high := math.Log(least/1.5), math.Log(longest)
	return func(v float64) float64 {
		if v <= 0 || high <= low {
			return 0
		}
		return min(max((math.Log(v)-low)/(high-low), 0), 1)
	}
}

func drawRow(b *bytes.Buffer, r *row, y int, share float64, scale func(float64) float64) {
	name, ink := r.title(), inkRate
	switch {
	case len(r.Void) > 0:
		name, ink = name+" (void)", inkVoid
	case r.Letter == "a":
		ink = inkEcho
	}
	label(b, 12, y+20, 13, r.Letter)
	label(b, 34, y+20, 12, name)
	bar(b, rateLeft, y+6, share*rateWidth, 20, ink)
	label(b, rateLeft+int(share*rateWidth)+6, y+20, 13, group(r.Rate))
	bar(b, timeLeft, y+4, scale(r.P50)*timeWidth, 11, inkP50)
	bar(b, timeLeft, y+17, scale(r.P99)*timeWidth, 11, inkP99)
	label(b, timeLeft+int(scale(r.P50)*timeWidth)+5, y+13, 11, short3(r.P50))
	label(b, timeLeft+int(scale(r.P99)*timeWidth)+5, y+27, 11, short3(r.P99))
}

func bar(b *bytes.Buffer, x, y int, width float64, height int, ink string) {
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%.1f" height="%d" rx="2" fill="%s"/>`+"\n", x, y, max(width, 1), height, ink)
}

func label(b *bytes.Buffer, x, y, size int, text string) {
	fmt.Fprintf(b, `<text x="%d" y="%d" font-size="%d">%s</text>`+"\n", x, y, size, escape(text))
}

func legend(b *bytes.Buffer, x, y int, ink, text string) {
	bar(b, x, y-9, 10, 10, ink)
	label(b, x+14, y, 12, text)
}

func escape(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return b.String()
}

// group writes a number with commas between its thousands.
func group(v float64) string {
	text := fmt.Sprintf("%.0f", v)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// short3 writes a latency with about three digits.
func short3(v float64) string {
	switch {
	case v < 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.0f", v)
	}
}
