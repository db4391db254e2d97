package main

import (
	"fmt"
	"os"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/sigstore/cosign/v3/pkg/oci"
)

// part is an image for one platform.
type part struct {
	platform   string
	descriptor v1.Descriptor // of its manifest
	size       int64         // of its layers and its configuration, compressed, in bytes
	sbom       []byte        // SPDX, as JSON
}

// parts returns the image by platforms.
func (i image) parts() ([]part, error) {
	switch result := i.Result.(type) {
	case oci.SignedImage:
		p, err := partOf(result)
		return []part{p}, err
	case oci.SignedImageIndex:
		index, err := result.IndexManifest()
		if err != nil {
			return nil, err
		}
		var all []part
		for _, d := range index.Manifests {
			one, err := result.SignedImage(d.Digest)
			if err != nil {
				return nil, err
			}
			p, err := partOf(one)
			if err != nil {
				return nil, err
			}
			all = append(all, p)
		}
		return all, nil
	default:
		return nil, fmt.Errorf("ko has built a %T", result)
	}
}

func partOf(one oci.SignedImage) (part, error) {
	var p part
	config, err := one.ConfigFile()
	if err != nil {
		return p, err
	}
	p.platform = config.Platform().String()
	d, err := partial.Descriptor(one)
	if err != nil {
		return p, err
	}
	p.descriptor = v1.Descriptor{MediaType: d.MediaType, Size: d.Size, Digest: d.Digest}
	manifest, err := one.Manifest()
	if err != nil {
		return p, err
	}
	p.size = manifest.Config.Size
	for _, layer := range manifest.Layers {
		p.size += layer.Size
	}
	sbom, err := one.Attachment("sbom")
	if err != nil {
		return p, err
	}
	p.sbom, err = sbom.Payload()
	return p, err
}

// digests is a file of references with digests, one a line. It is written when all images are found to be good.
const digests = "digests.txt"

// list writes the references of all images with their digests.
func (all images) list(file string) error {
	var lines strings.Builder
	for _, i := range all {
		digest, err := i.Result.Digest()
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%s@%s\n", i.Want.Reference, digest)
	}
	return os.WriteFile(file, []byte(lines.String()), 0o644)
}
