package config

import (
	"crypto/tls"
	"errors"
	"net/url"
	"strings"

	"github.com/hibiken/asynq"
)

// RedisURL is a Redis address that was found well formed.
type RedisURL string

// UnmarshalText never repeats what it was given: there is a password in it.
func (u *RedisURL) UnmarshalText(text []byte) error {
	if _, err := RedisURL(text).Opt(); err != nil {
		return err
	}
	*u = RedisURL(text)
	return nil
}

// errRedisURL says what is wrong without repeating a password.
var errRedisURL = errors.New("not a Redis URL, such as redis://:password@host:6379/0, redis-sentinel://host,host?master=name or redis+cluster://host,host")

// Opt is how asynq connects there. asynq's own reading knows no Cluster, drops
// the user's name, and gives the password to Sentinel alone.
func (u RedisURL) Opt() (asynq.RedisConnOpt, error) {
	parsed, err := url.Parse(string(u))
	if err != nil || parsed.Host == "" && parsed.Path == "" {
		return nil, errRedisURL
	}
	if scheme, isCluster := strings.CutSuffix(parsed.Scheme, "+cluster"); isCluster {
		return clusterOpt(scheme, parsed)
	}
	opt, err := asynq.ParseRedisURI(string(u))
	if err != nil {
		return nil, errRedisURL
	}
	switch opt := opt.(type) {
	case asynq.RedisClientOpt:
		opt.Username = parsed.User.Username()
		return opt, nil
	case asynq.RedisFailoverClientOpt:
		return sentinelOpt(opt, parsed)
	}
	return opt, nil
}

func sentinelOpt(opt asynq.RedisFailoverClientOpt, u *url.URL) (asynq.RedisConnOpt, error) {
	if opt.MasterName == "" {
		return nil, errors.New("a redis-sentinel URL names its master: redis-sentinel://host,host?master=name")
	}
	opt.Username = u.User.Username()
	opt.Password, _ = u.User.Password()
	opt.SentinelPassword = u.Query().Get("sentinel_password")
	return opt, nil
}

func clusterOpt(scheme string, u *url.URL) (asynq.RedisConnOpt, error) {
	password, _ := u.User.Password()
	opt := asynq.RedisClusterClientOpt{
		Addrs: strings.Split(u.Host, ","), Username: u.User.Username(), Password: password,
	}
	switch scheme {
	case "redis":
	case "rediss":
		opt.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	default:
		return nil, errRedisURL
	}
	return opt, nil
}
