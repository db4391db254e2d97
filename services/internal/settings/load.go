package settings

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/kelseyhightower/envconfig"
)

// Load fills cfg from the environment and checks its `validate` tags. The error
// names every variable that is missing, malformed or out of range. A variable
// that must be there has no default and a rule that its zero value breaks.
func Load(cfg any) error {
	bad := map[string]error{}
	for {
		err := envconfig.Process("", cfg)
		if err == nil {
			break
		}
		wrong, ok := errors.AsType[*envconfig.ParseError](err)
		if !ok {
			return fmt.Errorf("configuration: %w", err)
		}
		// Process stops at the first malformed value; without it, it goes on to the next.
		bad[wrong.KeyName] = fmt.Errorf("%s=%q is not a %s", wrong.KeyName, wrong.Value, wrong.TypeName)
		if err := os.Unsetenv(wrong.KeyName); err != nil {
			return err
		}
	}
	for name, broken := range check(cfg) {
		switch {
		case bad[name] != nil:
		case broken.empty && os.Getenv(name) == "":
			bad[name] = fmt.Errorf("%s is missing", name)
		default:
			bad[name] = broken
		}
	}
	if len(bad) == 0 {
		return nil
	}
	var all []error
	for _, name := range slices.Sorted(maps.Keys(bad)) {
		all = append(all, bad[name])
	}
	return fmt.Errorf("configuration: %w", errors.Join(all...))
}
