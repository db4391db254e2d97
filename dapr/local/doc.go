// Package local runs the whole system as real processes on this machine: the servers of a component set, three
// services and their three Dapr sidecars. `make run` and the test harness stand on it.
//
//	bin, err := local.Build{Root: root, Progress: os.Stderr}.Run(ctx)
//	ports, release, err := local.FreePorts(run)
//	stack, err := local.New(local.Options{Root: root, Dir: t.TempDir(), Bin: bin, Run: run, Ports: ports})
//	err = stack.Start(ctx)
//	err = stack.Process("stock.sidecar").Kill()
//	err = stack.Stop(ctx)
//
// Processes are named "<app>", "<app>.sidecar", and as their server: "broker" in the embedded set.
package local
