// Package check looks at images as they lie in their layouts, and says all that is wrong with them.
package check

// SBOMType is the media type of an SBOM: SPDX, as JSON.
const SBOMType = "application/spdx+json"

// Want is what an image must be.
type Want struct {
	Name      string   // order, stock, notify, daprd or broker
	Reference string   // what it is called, tag included
	Version   string   // what the program says of itself
	Revision  string   // the commit in the program, with "-dirty" if files differ from it; empty if it must have none
	Platforms []string // os/architecture
	OwnBase   bool     // nothing beside the program but what we put there
}

// Labels are those an image has, and no others but its base's.
func (w Want) Labels() map[string]string {
	labels := map[string]string{
		"org.opencontainers.image.title":   "orderly " + w.Name,
		"org.opencontainers.image.version": w.Version,
	}
	if w.Revision != "" {
		labels["org.opencontainers.image.revision"] = w.Revision
	}
	return labels
}

// program is where the program is, and all that the image starts.
func (w Want) program() string { return "/ko-app/" + w.Name }

// beside are the programs that are no services: modules of their own, and built otherwise.
var beside = map[string]struct{ main, tags string }{
	"daprd":  {"orderly/dapr/runtime/daprd", "stablecomponents"},
	"broker": {"orderly/dapr/runtime/broker", ""},
}
