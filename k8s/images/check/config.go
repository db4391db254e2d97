package check

import (
	"errors"
	"fmt"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// user must be what Dapr wants its images to run as, in numbers: Kubernetes does not know what a name stands for.
const user = "65532:65532"

// configuration looks at what a container is started with.
func configuration(file *v1.ConfigFile, want Want) error {
	var wrong []error
	is := file.Config
	if is.User != user {
		wrong = append(wrong, fmt.Errorf("the user is %q, not %q", is.User, user))
	}
	if entrypoint := []string{want.program()}; !slices.Equal(is.Entrypoint, entrypoint) {
		wrong = append(wrong, fmt.Errorf("the entrypoint is %q, not %q", is.Entrypoint, entrypoint))
	}
	if len(is.Cmd) > 0 {
		wrong = append(wrong, fmt.Errorf("it has arguments of its own: %q", is.Cmd))
	}
	for label, value := range want.Labels() {
		if is.Labels[label] != value {
			wrong = append(wrong, fmt.Errorf("the label %s is %q, not %q", label, is.Labels[label], value))
		}
	}
	if file.Created.Unix() != 0 {
		wrong = append(wrong, fmt.Errorf("it was created at %v, which is another time whenever it is built", file.Created))
	}
	return errors.Join(wrong...)
}
