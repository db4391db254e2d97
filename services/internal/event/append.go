package event

import (
	"encoding/json"
	"strconv"
	"time"
)

// Append writes e as JSON to dst, byte for byte what json.Marshal writes when
// Data is compact. It is for many at once: encoding/json would read Data again.
func (e Event) Append(dst []byte) []byte {
	text := func(name, value string, always bool) {
		if value != "" || always {
			dst = append(append(append(dst, ','), name...), ':')
			dst = AppendText(dst, value)
		}
	}
	dst = append(dst, `{"specversion":`...)
	dst = AppendText(dst, e.SpecVersion)
	text(`"id"`, e.ID, true)
	text(`"source"`, e.Source, true)
	text(`"type"`, e.Type, true)
	text(`"subject"`, e.Subject, true)
	dst = append(dst, `,"time":"`...)
	dst = append(e.Time.AppendFormat(dst, time.RFC3339Nano), '"')
	text(`"datacontenttype"`, e.DataContentType, true)
	dst = strconv.AppendInt(append(dst, `,"sequence":`...), int64(e.Sequence), 10)
	text(`"traceparent"`, e.TraceParent, false)
	text(`"traceid"`, e.TraceID, false)
	text(`"baggage"`, e.Baggage, false)
	dst = append(dst, `,"data":`...)
	if len(e.Data) == 0 {
		return append(dst, `null}`...)
	}
	return append(append(dst, e.Data...), '}')
}

// AppendText writes s to dst as a JSON string.
func AppendText(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			text, _ := json.Marshal(s) // a string can always be
			return append(dst, text...)
		}
	}
	return append(append(append(dst, '"'), s...), '"')
}
