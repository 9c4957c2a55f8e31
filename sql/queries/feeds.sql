-- name: claim_feeds
-- `pushed`: a hub tells of new entries, and told of the last: many publishers name one and never use it.
-- Fair by source: each source's longest overdue first, then each one's second, and so on. A lease holds
-- while its Postgres backend lives, and at most until it expires: the feeds of a killed worker are free
-- at once.
with live as materialized (
    select pid, backend_start from pg_stat_activity
), due as (
    select f.id, f.next_poll_at, row_number() over (partition by f.source_id order by f.next_poll_at) as turn
    from ops.feed f join ops.source o on o.source_id = f.source_id
    where f.enabled and o.enabled and f.next_poll_at <= %(now)s
      and f.bucket %% %(shards)s = %(shard)s
      and (f.lease_until is null or f.lease_until < now()
           or not exists (select from live l where l.pid = f.lease_pid and l.backend_start = f.lease_started))
    order by turn, f.next_poll_at
    limit %(limit)s
), locked as (
    select f.id from ops.feed f join due on due.id = f.id
    where f.lease_until is null or f.lease_until < now()
          or not exists (select from live l where l.pid = f.lease_pid and l.backend_start = f.lease_started)
    for update of f skip locked
), taken as (
    update ops.feed f
    set lease_owner = %(owner)s, lease_until = now() + %(lease)s, lease_pid = pg_backend_pid(),
        lease_started = (select backend_start from live where pid = pg_backend_pid()),
        run_id = %(run_id)s
    from locked where f.id = locked.id
    returning f.*
)
select f.id, f.source_id, s.slug as source, s.home_url, f.url, f.host, f.kind, f.etag, f.last_modified, f.body_hash,
       f.rhythm_s, f.failures, f.last_ok_at, f.changed_at, coalesce(f.last_entries, 0) as entries, f.listed, f.since,
       coalesce(f.interval_s, o.interval_s) as min_interval_s,
       greatest(o.max_interval_s, f.interval_s, o.interval_s) as max_interval_s,
       o.delay_s, o.connections, o.allow_private, o.headers, o.cookies, o.recipe,
       exists (select from ops.websub w where w.feed_id = f.id and w.state = 'active' and w.expires_at > %(now)s
                 and (w.hub, w.topic) = (f.hub, f.topic)
                 and coalesce(f.changed_at, '-infinity') < w.pushed_at + interval '1 hour') as pushed
from taken f
join due on due.id = f.id
join news.source s on s.id = f.source_id
join ops.source o on o.source_id = f.source_id
order by due.turn, due.next_poll_at;

-- name: save_polls
-- A catch-up sitemap is polled once, then only after the next gap; where it is only looked for, it may not be.
update ops.feed f
set last_polled_at = v.at,
    last_status = v.status,
    last_problem = v.problem,
    last_ok_at = case when v.ok then v.at else f.last_ok_at end,
    failures = v.failures,
    rhythm_s = v.rhythm_s,
    changed_at = case when v.changed then v.at else f.changed_at end,
    etag = case when v.changed then v.etag else f.etag end,
    last_modified = case when v.changed then v.last_modified else f.last_modified end,
    body_hash = case when v.changed then v.body_hash else f.body_hash end,
    last_entries = case when v.changed then v.entries else f.last_entries end,
    listed = case when v.changed then v.listed else f.listed end,
    title = coalesce(v.title, f.title),
    hub = case when v.changed then v.hub else f.hub end,
    topic = case when v.changed then v.topic else f.topic end,
    gaps = f.gaps + v.gap::int,
    gap_at = case when v.gap then v.at else f.gap_at end,
    since = case when v.ok then null else f.since end,
    enabled = f.enabled and not (f.origin = 'catch_up'
                                 and coalesce(v.status < 500 and v.status <> 429, v.problem = 'robots', false)),
    next_poll_at = v.next_at,
    lease_owner = null, lease_until = null, lease_pid = null, lease_started = null
from unnest(%(id)s::integer[], %(at)s::timestamptz[], %(status)s::smallint[], %(problem)s::text[], %(ok)s::boolean[],
            %(changed)s::boolean[], %(failures)s::real[], %(rhythm_s)s::real[], %(etag)s::text[],
            %(last_modified)s::text[], %(body_hash)s::bytea[], %(entries)s::integer[], %(listed)s::bytea[],
            %(title)s::text[], %(hub)s::text[], %(topic)s::text[], %(gap)s::boolean[], %(next_at)s::timestamptz[])
     as v(id, at, status, problem, ok, changed, failures, rhythm_s, etag, last_modified, body_hash, entries, listed,
          title, hub, topic, gap, next_at)
where f.id = v.id;

-- name: log_polls
insert into ops.fetch (at, run_id, feed_id, url, host, status, outcome, bytes, elapsed_ms, robots_rule, robots_hash)
select * from unnest(
    %(at)s::timestamptz[], %(run_id)s::text[], %(feed_id)s::integer[], %(url)s::text[], %(host)s::text[],
    %(status)s::smallint[], %(outcome)s::text[], %(bytes)s::integer[], %(elapsed_ms)s::integer[],
    %(robots_rule)s::text[], %(robots_hash)s::bytea[]);

-- name: release_feeds
update ops.feed set lease_owner = null, lease_until = null, lease_pid = null, lease_started = null
where lease_owner = %(owner)s;

-- name: make_all_due
-- Not now(): the clocks of Postgres and of a worker may differ.
update ops.feed set next_poll_at = to_timestamp(0) where enabled and origin = 'declared';

-- name: adopt_candidates
-- What one feed's listing left out (a link to a foreign domain) belongs to the first feed that wants it.
update ops.frontier f
set source_id = v.source_id, feed_id = v.feed_id, state = 'waiting', reason = 'discovered',
    due_at = least(coalesce(v.published, now()), now()), run_id = %(run_id)s
from unnest(%(source_id)s::integer[], %(feed_id)s::integer[], %(url_key)s::text[], %(skip)s::text[],
            %(published)s::timestamptz[]) as v(source_id, feed_id, url_key, skip, published)
where f.url_key = v.url_key and f.state = 'skipped' and f.reason ~ '^(foreign_domain|undated):' and v.skip is null;

-- name: put_candidates
-- A new URL is due since it was published: the newest of what is due are fetched first. A known one whose
-- feed entry changed is due again, later each time that its page turned out unchanged (feeds with
-- ever-changing summaries). Duplicates follow their twin.
with listed as (
    select * from unnest(
        %(source_id)s::integer[], %(feed_id)s::integer[], %(url)s::text[], %(url_key)s::text[], %(host)s::text[],
        %(domain)s::text[], %(skip)s::text[], %(fingerprint)s::bytea[], %(published)s::timestamptz[],
        %(hint)s::jsonb[], %(content)s::text[])
        with ordinality as t(source_id, feed_id, url, url_key, host, domain, skip, fingerprint, published, hint,
                             content, position)
), first as (
    select distinct on (url_key) * from listed order by url_key, skip is not null, position
), put as (
    insert into ops.frontier as f (source_id, feed_id, url, url_key, host, domain, state, reason, due_at,
                                   published_hint, hint, content, fingerprint, run_id)
    select source_id, feed_id, url, url_key, host, domain,
           case when skip is null then 'waiting' else 'skipped' end, coalesce(skip, 'discovered'),
           case when skip is null then least(coalesce(published, now()), now()) end,
           published, hint, content, fingerprint, %(run_id)s
    from first order by url_key
    on conflict (url_key) do update
    set listed_at = now(),
        hint = case when f.fingerprint is distinct from excluded.fingerprint then excluded.hint else f.hint end,
        content = case when f.fingerprint is distinct from excluded.fingerprint and f.article_id is null
                       then excluded.content else f.content end,
        due_at = case
            when f.fingerprint is distinct from excluded.fingerprint and f.feed_id = excluded.feed_id
                 and f.state in ('loaded', 'unchanged', 'gone')
            then least(coalesce(f.due_at, 'infinity'),
                       greatest(now(), f.fetched_at + f.unchanged_streak * interval '10 minutes'))
            else f.due_at end,
        fingerprint = case when f.feed_id = excluded.feed_id then excluded.fingerprint else f.fingerprint end
    where f.fingerprint is distinct from excluded.fingerprint or f.listed_at < now() - interval '1 hour'
    returning xmax = 0 as is_new, state, due_at
)
select count(*) filter (where is_new and state = 'waiting') as new,
       count(*) filter (where not is_new and due_at <= now() and state in ('loaded', 'unchanged', 'gone')) as changed
from put;

-- name: put_children
-- The sitemaps that an index names: due when the index says that they changed. One that is declared by
-- itself is left alone.
insert into ops.feed as f (source_id, url, host, domain, kind, origin, parent_id, listed_modified)
select %(source_id)s, url, host, domain, 'sitemap', 'index', %(parent_id)s, modified
from unnest(%(url)s::text[], %(host)s::text[], %(domain)s::text[], %(modified)s::timestamptz[])
     as v(url, host, domain, modified)
on conflict (url) do update
set enabled = true, listed_modified = excluded.listed_modified,
    next_poll_at = case when not f.enabled or excluded.listed_modified > f.listed_modified
                        then least(f.next_poll_at, now()) else f.next_poll_at end
where f.parent_id = excluded.parent_id
  and (not f.enabled or f.listed_modified is distinct from excluded.listed_modified);

-- name: retire_children
update ops.feed set enabled = false
where parent_id = %(parent_id)s and enabled and url <> all(%(url)s::text[]);

-- name: catch_up
-- After a gap: the source's sitemaps are due, with what they list since the last poll before it.
update ops.feed f
set next_poll_at = least(next_poll_at, now()), since = least(f.since, %(since)s), enabled = true, failures = 0
where f.source_id = %(source_id)s and f.kind = 'sitemap' and (f.enabled or f.origin = 'catch_up');

-- name: put_catch_up
insert into ops.feed (source_id, url, host, domain, kind, origin, since)
select %(source_id)s, url, host, domain, 'sitemap', 'catch_up', %(since)s
from unnest(%(url)s::text[], %(host)s::text[], %(domain)s::text[]) as v(url, host, domain)
on conflict (url) do nothing;
