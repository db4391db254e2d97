package cluster

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// There is nothing that makes volumes when they are claimed, so there are more than anybody needs. One that was given back
// is not given out again.
const volumes = 40

const volume = `apiVersion: v1
kind: PersistentVolume
metadata: { name: volume-%[1]d }
spec:
  capacity: { storage: 1Gi }
  accessModes: [ReadWriteOnce]
  hostPath: { path: %[2]s }
---
`

func (c Cluster) makeVolumes(ctx context.Context) error {
	var all strings.Builder
	for i := range volumes {
		dir := c.state("volumes", fmt.Sprint(i))
		if err := MakeVolume(dir); err != nil {
			return err
		}
		fmt.Fprintf(&all, volume, i, dir)
	}
	_, err := c.Kubectl(ctx, strings.NewReader(all.String()), "apply", "-f", "-")
	return err
}

// MakeVolume makes a folder that pods of the user nobody can write to.
func MakeVolume(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.Chown(dir, 65532, 65532)
}
