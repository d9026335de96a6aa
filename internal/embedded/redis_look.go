package embedded

import (
	"context"
	"strings"

	"github.com/redis/go-redis/v9"
)

// look spares an idle worker the script by which asynq looks into each queue
// about twenty times a second: the in-process Redis makes a Lua machine for every
// run, which was most of what an idle process cost. A queue in which nothing
// waits is found empty without. What asynq then sees is what the script answers.
type look struct{ redis *Redis }

func (look) DialHook(next redis.DialHook) redis.DialHook { return next }

func (l look) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if queue, ok := lookedInto(cmd.Args()); ok && l.redis.lacks(queue) {
			cmd.SetErr(redis.Nil)
			return redis.Nil
		}
		return next(ctx, cmd)
	}
}

func (look) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// lookedInto gives the list from which a command takes a task, and whether it is
// such a command: asynq's other scripts have other keys.
func lookedInto(args []any) (queue string, ok bool) {
	if len(args) < 7 || args[0] != "evalsha" || args[2] != 4 {
		return "", false
	}
	for i, suffix := range []string{":pending", ":paused", ":active", ":lease"} {
		key, _ := args[3+i].(string)
		if !strings.HasSuffix(key, suffix) {
			return "", false
		}
	}
	return args[3].(string), true
}

// lacks reports whether a key is not there. A Redis that has stopped knows
// nothing of its keys.
func (r *Redis) lacks(key string) bool {
	select {
	case <-r.stop:
		return false
	default:
		return !r.server.Exists(key)
	}
}
