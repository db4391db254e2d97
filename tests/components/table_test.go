package components

import "orderly/tests/harness"

func promised(what string) string {
	return map[string]map[string]string{
		"embedded":      {"transaction": "whole", "create-only": "first write", "a lost race says": "`possible etag mismatch`"},
		"redis":         {"transaction": "in parts", "create-only": "ETag 2147483647", "a lost race says": "`failed to set key`"},
		"postgres-nats": {"transaction": "whole", "create-only": "first write", "a lost race says": "`possible etag mismatch` or `no item was updated`"},
		"mysql-mqtt":    {"transaction": "whole", "create-only": "first write", "a lost race says": "`possible etag mismatch` or `Error 1213`"},
	}[harness.Set()][what]
}
