package embedded

import (
	"maps"
	"os"
	"slices"
)

// settings are the server's -c arguments. What makes the server ours, no port
// and a private socket, has the last word.
func settings(o Options, socket string) []string {
	set := map[string]string{
		"timezone": "UTC", "log_timezone": "UTC", "lc_messages": "C",
		"log_destination": "stderr", "logging_collector": "off",
	}
	if o.Unsafe {
		maps.Copy(set, map[string]string{
			"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
			"wal_level": "minimal", "max_wal_senders": "0", "autovacuum": "off",
			"checkpoint_timeout": "1d", "max_wal_size": "4GB",
		})
	}
	maps.Copy(set, o.Settings)
	maps.Copy(set, map[string]string{
		"listen_addresses": "", "port": "5432",
		"unix_socket_directories": socket, "unix_socket_permissions": "0700",
	})
	var args []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		args = append(args, "-c", name+"="+set[name])
	}
	return args
}

// environment is all that Postgres needs of ours: no PG* or LC_* may change what
// it does, and no token of ours may be read from it.
func environment() []string {
	env := []string{"LC_ALL=C", "TZ=UTC"}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}
