package check

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
)

// spdx is what we read of an SBOM.
type spdx struct {
	Version  string `json:"spdxVersion"`
	Name     string
	Packages []struct {
		Name    string
		Version string `json:"versionInfo"`
	}
}

// sbom looks at the SBOM of an image: that there is one, of this image, and that each module of the program is in it.
func sbom(index v1.ImageIndex, image v1.Image, built *debug.BuildInfo) error {
	digest, err := image.Digest()
	if err != nil {
		return err
	}
	document, err := referrer(index, digest)
	if err != nil {
		return err
	}
	var wrong []error
	if document.Version != "SPDX-2.3" {
		wrong = append(wrong, fmt.Errorf("its SBOM is %q, not SPDX-2.3", document.Version))
	}
	if want := "sbom-" + digest.String(); document.Name != want {
		wrong = append(wrong, fmt.Errorf("its SBOM is called %s, not %s", document.Name, want))
	}
	versions := map[string]string{}
	for _, p := range document.Packages {
		versions[p.Name] = p.Version
	}
	if _, there := versions[built.Main.Path]; !there {
		wrong = append(wrong, fmt.Errorf("its SBOM lacks %s", built.Main.Path))
	}
	for _, module := range built.Deps {
		if versions[module.Path] != module.Version {
			wrong = append(wrong, fmt.Errorf("its SBOM has %s in version %q, not %s", module.Path, versions[module.Path], module.Version))
		}
	}
	return errors.Join(wrong...)
}

// referrer finds the SBOM whose subject is the image.
func referrer(index v1.ImageIndex, subject v1.Hash) (spdx, error) {
	artifacts, err := partial.FindImages(index, func(d v1.Descriptor) bool { return d.ArtifactType == SBOMType })
	if err != nil {
		return spdx{}, err
	}
	for _, artifact := range artifacts {
		manifest, err := artifact.Manifest()
		if err != nil {
			return spdx{}, err
		}
		if manifest.Subject == nil || manifest.Subject.Digest != subject || len(manifest.Layers) != 1 {
			continue
		}
		return open(artifact, manifest.Layers[0].Digest)
	}
	return spdx{}, errors.New("it has no SBOM")
}

func open(artifact v1.Image, blob v1.Hash) (document spdx, err error) {
	layer, err := artifact.LayerByDigest(blob)
	if err != nil {
		return document, err
	}
	text, err := layer.Compressed() // as it is
	if err != nil {
		return document, err
	}
	defer text.Close()
	data, err := io.ReadAll(text)
	if err != nil {
		return document, err
	}
	return document, json.Unmarshal(data, &document)
}
