-- name: claim_feeds
-- A lease holds while its Postgres backend lives, and at most until it expires: the feeds of a killed
-- worker are free at once.
with live as materialized (
    select pid, backend_start from pg_stat_activity
), due as (
    select f.id from ops.feed f join ops.source o on o.source_id = f.source_id
    where f.enabled and o.enabled and f.next_poll_at <= now()
      and f.bucket %% %(shards)s = %(shard)s
      and (f.lease_until is null or f.lease_until < now()
           or not exists (select from live l where l.pid = f.lease_pid and l.backend_start = f.lease_started))
    order by f.next_poll_at
    limit %(limit)s
    for update of f skip locked
)
update ops.feed f
set lease_owner = %(owner)s, lease_until = now() + %(lease)s, lease_pid = pg_backend_pid(),
    lease_started = (select backend_start from live where pid = pg_backend_pid()),
    run_id = %(run_id)s
from due, news.source s join ops.source o on o.source_id = s.id
where f.id = due.id and s.id = f.source_id
returning f.id, f.source_id, s.slug, f.url, f.host, f.etag, f.last_modified, f.body_hash,
          o.delay_s, o.connections, o.allow_private, o.headers;

-- name: save_poll
update ops.feed f
set last_polled_at = %(at)s,
    last_status = %(status)s,
    last_problem = %(problem)s,
    last_ok_at = case when %(ok)s then %(at)s else last_ok_at end,
    failures = case when %(ok)s then 0 else failures + %(failure)s end,
    etag = case when %(changed)s then %(etag)s else etag end,
    last_modified = case when %(changed)s then %(last_modified)s else last_modified end,
    body_hash = case when %(changed)s then %(body_hash)s else body_hash end,
    last_entries = case when %(changed)s then %(entries)s else last_entries end,
    title = coalesce(%(title)s, title),
    -- The feed's rhythm and what the publisher asks for lengthen the wait, failures multiply it, a day ends it.
    next_poll_at = %(at)s + least(
        -- A tenth less: a feed of ten minutes, polled in the second minute, is due in the twelfth.
        greatest(make_interval(secs => 0.9 * coalesce(f.interval_s, o.interval_s)), %(wait)s)
            * case when %(ok)s then 1 else least(power(2, least(failures, 12)), 1440) end,
        greatest(interval '1 day', %(wait)s)),
    lease_owner = null, lease_until = null, lease_pid = null, lease_started = null
from ops.source o
where f.id = %(id)s and o.source_id = f.source_id;

-- name: log_poll
insert into ops.fetch (at, run_id, feed_id, url, host, status, outcome, bytes, elapsed_ms)
values (%(at)s, %(run_id)s, %(id)s, %(url)s, %(host)s, %(status)s, %(outcome)s, %(bytes)s, %(elapsed_ms)s);

-- name: release_feeds
update ops.feed set lease_owner = null, lease_until = null, lease_pid = null, lease_started = null
where lease_owner = %(owner)s;

-- name: make_all_due
update ops.feed set next_poll_at = now() where enabled and next_poll_at > now();

-- name: put_candidates
-- A new URL waits at once. A known one whose feed entry changed is due again, later each time that
-- its page turned out unchanged (feeds with ever-changing summaries). Duplicates follow their twin.
with listed as (
    select * from unnest(
        %(urls)s::text[], %(keys)s::text[], %(hosts)s::text[], %(domains)s::text[],
        %(fingerprints)s::bytea[], %(published)s::timestamptz[], %(hints)s::jsonb[])
        with ordinality as t(url, url_key, host, domain, fingerprint, published, hint, position)
), first as (
    select distinct on (url_key) * from listed order by url_key, position
), put as (
    insert into ops.frontier as f (source_id, feed_id, url, url_key, host, domain, state, reason, due_at,
                                   published_hint, hint, fingerprint, run_id)
    select %(source_id)s, %(feed_id)s, url, url_key, host, domain, 'waiting', 'discovered', now(),
           published, hint, fingerprint, %(run_id)s
    from first order by url_key
    on conflict (url_key) do update
    set listed_at = now(),
        hint = case when f.fingerprint is distinct from excluded.fingerprint then excluded.hint else f.hint end,
        due_at = case
            when f.fingerprint is distinct from excluded.fingerprint and f.feed_id = excluded.feed_id
                 and f.state in ('loaded', 'unchanged', 'gone')
            then least(coalesce(f.due_at, 'infinity'),
                       greatest(now(), f.fetched_at + f.unchanged_streak * interval '10 minutes'))
            else f.due_at end,
        fingerprint = case when f.feed_id = excluded.feed_id then excluded.fingerprint else f.fingerprint end
    where f.fingerprint is distinct from excluded.fingerprint or f.listed_at < now() - interval '1 hour'
    returning (xmax = 0) as is_new, due_at <= now() and xmax <> 0 and state in ('loaded', 'unchanged', 'gone') as is_changed
)
select count(*) filter (where is_new) as new, count(*) filter (where is_changed) as changed from put;
