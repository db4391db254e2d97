// Command kafka speaks Kafka's protocol in one small process: one node, without replication and without security. It is
// for laptops and tests; a shop runs the real one.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/twmb/franz-go/pkg/kfake"
)

// topics is every topic of the system. Two partitions are as many as two replicas of an app can share.
var topics = []string{"orders", "orders.deadletter", "stock", "stock.deadletter", "deadletters"}

const partitions = 2

func main() {
	addr := flag.String("addr", "127.0.0.1:7092", "where to listen; clients are told this address")
	data := flag.String("data", ".data/kafka", "where the log is kept")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *data); err != nil {
		fmt.Fprintln(os.Stderr, "kafka:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr, data string) error {
	_, digits, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	port, err := strconv.Atoi(digits)
	if err != nil {
		return fmt.Errorf("-addr %s: the port must be a number", addr)
	}
	cluster, err := kfake.NewCluster(
		kfake.NumBrokers(1),
		kfake.Ports(port),
		// It asks for 127.0.0.1, whatever the address is, so it is told here.
		kfake.ListenFn(func(network, _ string) (net.Listener, error) { return net.Listen(network, addr) }),
		kfake.ClusterID("orderly"),
		kfake.WithLogger(kfake.BasicLogger(os.Stderr, kfake.LogLevelWarn)),
		// Written at once and synced by the system: it survives kill -9 of this process, but no power cut.
		kfake.DataDir(data),
		kfake.SeedTopics(partitions, topics...), // counts in a new folder
		kfake.AllowAutoTopicCreation(),          // for a topic that comes later
		kfake.DefaultNumPartitions(partitions),
		kfake.BrokerConfigs(map[string]string{"message.max.bytes": strconv.Itoa(8 << 20)}),
	)
	if err != nil {
		return err
	}
	defer cluster.Close()
	fmt.Println("kafka ready on", addr)
	<-ctx.Done()
	return nil
}
