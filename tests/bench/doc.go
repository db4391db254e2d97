// Command bench is `make bench`: it starts the system on this machine, loads it and says what it can do.
//
//	make bench                                      # all rows, a quarter of an hour: bench/latest.json and .svg
//	SET=redis make bench                            # on components/redis
//	make bench ARGS='-only a,c -seconds 3'          # some rows, shorter
//	make bench ARGS='-only c -profile /tmp/prof'    # with CPU profiles: go tool pprof -top /tmp/prof/c/order.sidecar.pprof
//	go run ./tests/bench -running                   # the system that runs already, be it by make run or Tilt
//
// Everything is as shipped: the services that `make build` builds, real sidecars, JSON logs at info into files, API
// validation on, 1 % of the traces sampled. State is in a temporary directory, ports are free ones, all on 127.0.0.1.
// There are four stacks: the echo and two sidecars (a), which run beside the others; the services without batching (b),
// the services (c to g), and these once more on an empty store: a whole run measures row c first and last, and compares
// with both. Only figures of one run may be compared: each is a ratio on the same machine at the same hour.
//
// A closed loop of n clients means that each sends its next request when it has the answer to the last; an open loop
// sends at a fixed rate, and latency counts from the time a request was due. Only requests that end in the measured
// window count for rate and latency; every request, those of the warm-up too, counts for errors, CPU and stock.
//
// CPU per order is that of each process from the start of the warm-up until notify has caught up with the last order,
// so work that was put off is in it. "behind" is how long notify needed for that after the last answer.
//
// "others" is the share of the machine's CPU that went to anything else: the kernel's own threads are a few percent of
// it, and so is the server of a component set that runs outside of the stack. More than that, and a run says little.
//
// A row is void when an answer was not one of those expected, or when stock, read back through the API, is not exactly
// what the answers say: for each SKU received = available + reserved + sold, none negative, and reserved is the units
// of the orders answered 201. A void row makes the exit code 1, and so does a goal that was missed: each is named.
//
// Profiles: the sidecars have an endpoint of their own (--enable-profiling). A service is asked for /debug/pprof/profile
// at its app port and left out when it has none. Profiling costs some percent, so figures of such a run say so.
package main
