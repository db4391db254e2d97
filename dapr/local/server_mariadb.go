package local

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

var mariadb = server{
	name: "mariadb", keeps: true, program: "/usr/sbin/mariadbd", needs: "mariadb-server", gives: []string{"MYSQL_URL"}, ports: 1, port: 7306,
	env: func(h host) []string {
		return []string{fmt.Sprintf("MYSQL_URL=orderly:%s@tcp(%s)/?maxAllowedPacket=0", h.password, h.addr())}
	},
	prepare: prepareMariadb,
	command: func(h host) *exec.Cmd {
		return h.apart(exec.Command(h.program, "--no-defaults", "--datadir="+h.data, "--user=root", "--bind-address=127.0.0.1", "--port="+h.port(0),
			"--socket="+filepath.Join(h.data, "socket"), "--pid-file="+filepath.Join(h.data, "pid"), "--init-file="+h.data+".sql",
			// What was answered survives kill -9; a power cut may take the last second, whole transactions of it.
			"--innodb-flush-log-at-trx-commit=2", "--innodb-log-file-size=256M", "--innodb-buffer-pool-size=256M",
			"--max-allowed-packet=64M", "--max-connections=300", "--skip-log-bin", "--performance-schema=OFF", "--skip-name-resolve",
			"--character-set-server=utf8mb4", "--collation-server=utf8mb4_nopad_bin", "--transaction-isolation=REPEATABLE-READ"))
	},
	ready: says(nothing, ""),
}

// users is run at every start, so that a password in the environment is the one that works.
const users = `CREATE DATABASE IF NOT EXISTS orderly CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE USER IF NOT EXISTS 'orderly'@'127.0.0.1' IDENTIFIED BY '%[1]s';
GRANT ALL ON orderly.* TO 'orderly'@'127.0.0.1';
`

func prepareMariadb(ctx context.Context, h host) error {
	if err := os.MkdirAll(h.data+".tmp", 0o700); err != nil {
		return err
	}
	if err := writePrivate(h.data+".sql", fmt.Appendf(nil, users, h.password)); err != nil {
		return err
	}
	return makeOnce(h.data, func(dir string) error {
		return quietly(h.apart(exec.CommandContext(ctx, "mariadb-install-db", "--no-defaults", "--datadir="+dir, "--user=root",
			"--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-log-file-size=8M")))
	})
}

// apart gives a program a folder for its temporary tables: in a common one two installations at once disturb each other.
func (h host) apart(cmd *exec.Cmd) *exec.Cmd {
	cmd.Env = append(os.Environ(), "TMPDIR="+h.data+".tmp")
	return cmd
}
