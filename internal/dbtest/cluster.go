package dbtest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"imprimatur/internal/embedded"
)

// masters is how many a Cluster has, and hashSlots what they share.
const (
	masters   = 3
	hashSlots = 16384
)

// Cluster is a real Redis Cluster of three masters.
type Cluster struct {
	nodes []*clusterNode
}

type clusterNode struct {
	*RedisServer
	port, bus int
}

// NewCluster starts the masters on loopback, and returns when each knows where
// every slot is. They end with the test. A missing program skips or fails it, as
// New does.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	c := &Cluster{}
	for range masters {
		c.nodes = append(c.nodes, startNode(t))
	}
	for n, node := range c.nodes {
		if err := node.join(t.Context(), n, c.nodes[0]); err != nil {
			t.Fatal(err)
		}
	}
	for _, node := range c.nodes {
		eventually(t, "the Cluster is whole", node.knowsAll)
	}
	return c
}

func startNode(t testing.TB) *clusterNode {
	t.Helper()
	node := &clusterNode{port: freePort(t), bus: freePort(t)}
	node.RedisServer = startRedis(t, embedded.RedisServerConfig{
		Password: redisPassword, Settings: listening(node.port, "cluster-enabled yes", "cluster-port "+strconv.Itoa(node.bus)),
	})
	return node
}

// join takes the nth share of the slots, and meets another node.
func (n *clusterNode) join(ctx context.Context, nth int, other *clusterNode) error {
	client := n.RedisServer.RedisServer.Client()
	defer client.Close()
	return errors.Join(
		client.ClusterAddSlotsRange(ctx, nth*hashSlots/masters, (nth+1)*hashSlots/masters-1).Err(),
		client.Do(ctx, "cluster", "set-config-epoch", nth+1).Err(),
		client.Do(ctx, "cluster", "meet", "127.0.0.1", other.port, other.bus).Err(),
	)
}

func (n *clusterNode) knowsAll(ctx context.Context) error {
	client := n.RedisServer.RedisServer.Client()
	defer client.Close()
	info, err := client.ClusterInfo(ctx).Result()
	if err != nil {
		return err
	}
	for _, want := range []string{"cluster_state:ok", "cluster_slots_ok:" + strconv.Itoa(hashSlots), "cluster_known_nodes:" + strconv.Itoa(masters)} {
		if !strings.Contains(info, want) {
			return fmt.Errorf("not yet %s", want)
		}
	}
	return nil
}

// URL is what --redis-url takes: every node, of which any would do.
func (c *Cluster) URL() string {
	var addresses []string
	for _, node := range c.nodes {
		addresses = append(addresses, "127.0.0.1:"+strconv.Itoa(node.port))
	}
	return "redis+cluster://:" + redisPassword + "@" + strings.Join(addresses, ",")
}

// Clients are one for each master, closed with the test.
func (c *Cluster) Clients(t testing.TB) []*redis.Client {
	t.Helper()
	var clients []*redis.Client
	for _, node := range c.nodes {
		clients = append(clients, node.Client(t))
	}
	return clients
}
