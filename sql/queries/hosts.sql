-- name: get_hosts
select host, robots, robots_status, robots_expires_at, next_at, blocked_until, latency_s
from ops.host where host = any(%(hosts)s::text[]);

-- name: put_hosts
insert into ops.host as h (host, robots, robots_status, robots_expires_at, next_at, blocked_until, latency_s)
select * from unnest(%(host)s::text[], %(robots)s::bytea[], %(robots_status)s::smallint[],
                     %(robots_expires_at)s::timestamptz[], %(next_at)s::timestamptz[],
                     %(blocked_until)s::timestamptz[], %(latency_s)s::real[])
on conflict (host) do update
set robots = excluded.robots, robots_status = excluded.robots_status,
    robots_expires_at = excluded.robots_expires_at,
    next_at = greatest(h.next_at, excluded.next_at), blocked_until = excluded.blocked_until,
    latency_s = excluded.latency_s, updated_at = now();
