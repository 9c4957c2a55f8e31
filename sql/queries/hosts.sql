-- name: get_hosts
select host, robots, robots_status, robots_expires_at, next_at, blocked_until, latency_s, slowdown
from ops.host where host = any(%(hosts)s::text[]);

-- name: put_hosts
-- Another task may have reserved slots, been told to wait or fetched robots.txt meanwhile.
insert into ops.host as h (host, robots, robots_status, robots_expires_at, next_at, blocked_until, latency_s, slowdown)
select * from unnest(%(host)s::text[], %(robots)s::bytea[], %(robots_status)s::smallint[],
                     %(robots_expires_at)s::timestamptz[], %(next_at)s::timestamptz[],
                     %(blocked_until)s::timestamptz[], %(latency_s)s::real[], %(slowdown)s::real[])
on conflict (host) do update
set (robots, robots_status, robots_expires_at) = (
        select r.robots, r.robots_status, r.robots_expires_at
        from (values (excluded.robots, excluded.robots_status, excluded.robots_expires_at),
                     (h.robots, h.robots_status, h.robots_expires_at)) as r(robots, robots_status, robots_expires_at)
        order by r.robots_expires_at desc nulls last limit 1),
    next_at = greatest(h.next_at, excluded.next_at),
    blocked_until = greatest(h.blocked_until, excluded.blocked_until),
    latency_s = coalesce(excluded.latency_s, h.latency_s), slowdown = excluded.slowdown, updated_at = now();

-- name: reserve_slots
-- Each host gets a block behind all that is reserved; the row's lock makes tasks take turns.
insert into ops.host as h (host, next_at)
select host, now() + seconds * interval '1 second'
from unnest(%(host)s::text[], %(seconds)s::float8[]) as v(host, seconds)
order by host
on conflict (host) do update
set next_at = case when h.blocked_until > now() then h.next_at
                   else greatest(h.next_at, now()) + (excluded.next_at - now()) end
returning host, coalesce(extract(epoch from next_at - now()), 0),
          case when blocked_until > now() then blocked_until end, slowdown;
