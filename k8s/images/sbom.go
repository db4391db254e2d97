package main

import (
	"bytes"
	"encoding/json"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"orderly/k8s/images/check"
)

// attach puts an SBOM into a layout as an artifact whose subject is the image: what registries and tools call a referrer
// (OCI 1.1). ko itself does without in a layout, and in a registry gives it a tag as cosign does.
func attach(to layout.Path, subject v1.Descriptor, file string, sbom []byte) error {
	config, err := blob(to, "application/vnd.oci.empty.v1+json", []byte("{}"))
	if err != nil {
		return err
	}
	document, err := blob(to, check.SBOMType, sbom)
	if err != nil {
		return err
	}
	document.Annotations = map[string]string{"org.opencontainers.image.title": file}
	manifest, err := json.Marshal(v1.Manifest{
		SchemaVersion: 2,
		MediaType:     types.OCIManifestSchema1,
		ArtifactType:  check.SBOMType,
		Config:        config,
		Layers:        []v1.Descriptor{document},
		Subject:       &subject,
	})
	if err != nil {
		return err
	}
	artifact, err := blob(to, types.OCIManifestSchema1, manifest)
	if err != nil {
		return err
	}
	artifact.ArtifactType = check.SBOMType
	return to.AppendDescriptor(artifact)
}

func blob(to layout.Path, kind types.MediaType, data []byte) (v1.Descriptor, error) {
	digest, size, err := v1.SHA256(bytes.NewReader(data))
	if err != nil {
		return v1.Descriptor{}, err
	}
	return v1.Descriptor{MediaType: kind, Digest: digest, Size: size}, to.WriteBlob(digest, io.NopCloser(bytes.NewReader(data)))
}
