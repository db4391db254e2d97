package simulation

import "encoding/json"

// heard notes the version that stock told.
func (p *process) heard(answer []byte) {
	var got struct {
		Version int64 `json:"version"`
	}
	if json.Unmarshal(answer, &got) == nil && got.Version > 0 {
		p.w.told.Store(got.Version)
	}
}

// claimNew says of all reservations of a batch that they are new since the version that
// anybody heard last.
func (p *process) claimNew(body []byte) []byte {
	var batch struct {
		Reservations []map[string]any `json:"reservations"`
	}
	if json.Unmarshal(body, &batch) != nil || p.w.told.Load() == 0 {
		return body
	}
	for _, r := range batch.Reservations {
		r["newSince"] = p.w.told.Load()
	}
	claimed, err := json.Marshal(batch)
	if err != nil {
		return body
	}
	return claimed
}
