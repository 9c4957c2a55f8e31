-- name: claim_targets
-- Fair by source, newest first within each: every source's first, then every one's second, and so on.
-- Fresh news before backfills. Of each source only so many rows are looked at as its host takes within
-- the time budget: the cost does not grow with what waits. See claim_feeds for the lease.
with live as materialized (
    select pid, backend_start from pg_stat_activity
), due as (
    select d.id, d.priority, row_number() over (partition by p.source_id, d.priority
               order by d.published_hint desc nulls last, d.id desc) as turn
    from ops.sources_with_work(%(shard)s, %(shards)s) p
    join ops.source o on o.source_id = p.source_id and o.enabled
    cross join unnest(%(priorities)s::smallint[]) as q(priority)
    cross join lateral (
        select f.id, f.priority, f.published_hint from ops.frontier f
        where f.bucket = p.bucket and f.source_id = p.source_id and f.priority = q.priority
          and f.due_at <= now() and f.state <> 'fetched'
          and (f.lease_until is null or f.lease_until < now()
               or not exists (select from live l where l.pid = f.lease_pid and l.backend_start = f.lease_started))
        order by f.due_at desc
        limit least(%(limit)s, ceil(%(budget)s * o.connections / greatest(o.delay_s, 0.001)))
    ) d
    order by d.priority, turn, d.published_hint desc nulls last
    limit %(limit)s
), locked as (
    select f.id, due.turn from ops.frontier f join due on due.id = f.id
    where f.due_at <= now() and f.state <> 'fetched'
      and (f.lease_until is null or f.lease_until < now()
           or not exists (select from live l where l.pid = f.lease_pid and l.backend_start = f.lease_started))
    for update of f skip locked
), taken as (
    update ops.frontier f
    set lease_owner = %(owner)s, lease_until = now() + %(lease)s, lease_pid = pg_backend_pid(),
        lease_started = (select backend_start from live where pid = pg_backend_pid()),
        run_id = %(run_id)s
    from locked where f.id = locked.id
    returning f.*, locked.turn
)
select t.id, t.source_id, t.url, t.host, t.discovered_at, t.attempts, t.article_id is not null as known,
       t.etag, t.last_modified, t.body_hash, o.delay_s, o.connections, o.allow_private, o.headers, o.cookies
from taken t join ops.source o on o.source_id = t.source_id
order by t.priority, t.turn, t.published_hint desc nulls last, t.id desc;

-- name: release_targets
-- What a task did not get to waits for the next run.
update ops.frontier set lease_owner = null, lease_until = null, lease_pid = null, lease_started = null
where lease_owner = %(owner)s;

-- name: save_fetches
-- A URL whose article is loaded keeps that state when a recheck fails: only its next try is noted.
-- `gone_since` comes back once the article is to be taken for deleted: after two answers, 3 hours apart.
-- Until then and after that it is looked at again after 6 hours, then at doubling times for 30 days.
update ops.frontier f
set state = case when kept then f.state else v.state end,
    reason = case when kept and f.state <> v.state then 'recheck: ' || v.reason else v.reason end,
    attempts = case when v.state = 'waiting' then f.attempts + v.failed
                    when v.state in ('fetched', 'unchanged') then 0 else f.attempts end,
    due_at = case
        when v.state = 'waiting' then now() + v.wait
        when v.state = 'gone' and f.article_id is not null or kept and f.state = 'gone' then x.next_look
        when v.state = 'unchanged' or kept
            then ops.next_recheck(a.first_seen_at, now(), ops.recheck_pace(o.edits, o.rechecks))
        end,
    gone_since = case
        when v.state = 'gone' and f.article_id is not null then coalesce(f.gone_since, v.at)
        when kept then f.gone_since end,
    unchanged_streak = case when v.state = 'unchanged' then least(f.unchanged_streak + 1, 100) else f.unchanged_streak end,
    http_status = coalesce(v.status, f.http_status),
    etag = case when v.state in ('fetched', 'unchanged') then v.etag else f.etag end,
    last_modified = case when v.state in ('fetched', 'unchanged') then v.last_modified else f.last_modified end,
    body_hash = coalesce(v.body_hash, f.body_hash),
    fetched_at = coalesce(v.fetched_at, f.fetched_at),
    archive_file = coalesce(v.archive_file, f.archive_file),
    archive_offset = coalesce(v.archive_offset, f.archive_offset),
    lease_owner = null, lease_until = null, lease_pid = null, lease_started = null
from unnest(%(id)s::bigint[], %(state)s::text[], %(reason)s::text[], %(failed)s::smallint[], %(wait)s::interval[],
            %(status)s::smallint[], %(etag)s::text[], %(last_modified)s::text[], %(body_hash)s::bytea[],
            %(fetched_at)s::timestamptz[], %(archive_file)s::text[], %(archive_offset)s::bigint[], %(at)s::timestamptz[])
     as v(id, state, reason, failed, wait, status, etag, last_modified, body_hash, fetched_at, archive_file, archive_offset, at)
left join ops.frontier k on k.id = v.id
left join news.article a on a.id = k.article_id
left join ops.source o on o.source_id = a.source_id
cross join lateral (
    select k.article_id is not null and v.state in ('waiting', 'skipped', 'quarantined') as kept,
           case when k.gone_since is null then v.at + interval '6 hours'
                when v.at < k.gone_since + interval '30 days' then v.at + greatest(v.at - k.gone_since, interval '6 hours')
                end as next_look
) x
where f.id = v.id
returning f.id, f.state, f.article_id,
          case when v.state = 'gone' and f.gone_since <= v.at - interval '3 hours' then f.gone_since end as gone_since;

-- name: see_articles
-- Seen again, unchanged.
update news.article a set last_seen_at = greatest(a.last_seen_at, v.at)
from unnest(%(id)s::bigint[], %(at)s::timestamptz[]) as v(id, at)
where a.id = v.id;

-- name: bring_back_articles
update news.article a
set gone_at = null, absences = a.absences - tstzmultirange(tstzrange(v.at, null))
from unnest(%(id)s::bigint[], %(at)s::timestamptz[]) as v(id, at)
where a.id = v.id and a.gone_at < v.at and a.merged_into is null
returning a.id, a.source_id, 'back', a.revision, null::bigint;

-- name: lose_articles
update news.article a
set gone_at = v.since, absences = coalesce(a.absences, '{}') + tstzmultirange(tstzrange(v.since, null))
from unnest(%(id)s::bigint[], %(since)s::timestamptz[]) as v(id, since)
where a.id = v.id and a.gone_at is null
returning a.id, a.source_id, 'gone', a.revision, null::bigint;

-- name: count_rechecks
-- Halved at 500: what a source did long ago fades. In order, so that two who count never wait for each other.
with counted as (
    select * from unnest(%(source_id)s::integer[], %(rechecks)s::real[], %(edits)s::real[]) as v(source_id, rechecks, edits)
), locked as materialized (
    select o.source_id from ops.source o where o.source_id in (select c.source_id from counted c)
    order by o.source_id for no key update
)
update ops.source o
set rechecks = (o.rechecks + c.rechecks) * case when o.rechecks + c.rechecks > 500 then 0.5 else 1 end,
    edits = (o.edits + c.edits) * case when o.rechecks + c.rechecks > 500 then 0.5 else 1 end
from counted c join locked l on l.source_id = c.source_id
where o.source_id = c.source_id;

-- name: recheck
-- Makes the loaded URLs of all or one source due now.
update ops.frontier f set due_at = now()
from news.source s
where s.id = f.source_id and f.state in ('loaded', 'unchanged', 'gone') and f.article_id is not null
  and (%(slug)s::text is null or s.slug = %(slug)s);

-- name: retry
-- Gives quarantined URLs another chance.
update ops.frontier f set state = 'waiting', reason = 'retry by hand', due_at = now(), attempts = 0
from news.source s
where s.id = f.source_id and f.state = 'quarantined'
  and (%(slug)s::text is null or s.slug = %(slug)s);

-- name: log_fetches
insert into ops.fetch (at, run_id, frontier_id, url, host, status, outcome, bytes, elapsed_ms,
                       robots_rule, robots_hash, archive_file, archive_offset)
select * from unnest(
    %(at)s::timestamptz[], %(run_id)s::text[], %(frontier_id)s::bigint[], %(url)s::text[],
    %(host)s::text[], %(status)s::smallint[], %(outcome)s::text[], %(bytes)s::integer[], %(elapsed_ms)s::integer[],
    %(robots_rule)s::text[], %(robots_hash)s::bytea[], %(archive_file)s::text[], %(archive_offset)s::bigint[]);

-- name: quarantine
insert into ops.quarantine (frontier_id, stage, reason, detail, archive_file, archive_offset)
select * from unnest(%(frontier_id)s::bigint[], %(stage)s::text[], %(reason)s::text[], %(detail)s::text[],
                     %(archive_file)s::text[], %(archive_offset)s::bigint[])
on conflict (frontier_id) do update
set stage = excluded.stage, reason = excluded.reason, detail = excluded.detail,
    archive_file = excluded.archive_file, archive_offset = excluded.archive_offset, at = now();

-- name: pending_portions
-- The files with pages to extract, in portions. The pages of a backfill under way (one that did not end
-- within a day is dead) are its own: fresh news does not wait for them, nor one backfill for another.
with waiting as (
    select f.archive_file, f.archive_offset
    from ops.frontier f left join ops.run r on r.id = f.run_id
    where f.state = 'fetched'
      and (%(whose)s = 'all' or f.run_id = %(run_id)s
           or case when r.kind = 'backfill' then r.ended_at is not null or r.started_at < now() - interval '1 day'
                   else %(whose)s <> 'backfill' end)
), numbered as (
    select archive_file, archive_offset,
           (row_number() over (partition by archive_file order by archive_offset) - 1)
               / greatest(%(size)s, count(*) over () / greatest(%(most)s - files.n, 1) + 1) as portion
    from waiting, (select count(distinct archive_file) as n from waiting) files
)
select archive_file, min(archive_offset), max(archive_offset), count(*) over (partition by archive_file) = 1
from numbered group by archive_file, portion order by archive_file, portion;

-- name: pending_count
select count(*) from ops.frontier f
where f.state = 'fetched' and f.archive_file = %(file)s
  and f.archive_offset >= %(first)s and (%(last)s::bigint is null or f.archive_offset <= %(last)s)
  and not exists (select from ops.staging t where t.archive_file = f.archive_file
                  and t.archive_offset = f.archive_offset and t.frontier_id = f.id);

-- name: pending_pages
-- `has_text`: the article is loaded with a body of the page's own. What is staged already needs no more.
select f.id, f.source_id, f.archive_offset, s.language, o.timezone, o.recipe, f.hint, f.content, f.published_hint,
       coalesce(a.provenance->'body'->>'from' not like 'feed.%%', false) as has_text
from ops.frontier f
left join news.article a on a.id = f.article_id
join news.source s on s.id = f.source_id
join ops.source o on o.source_id = f.source_id
where f.state = 'fetched' and f.archive_file = %(file)s
  and f.archive_offset >= %(first)s and (%(last)s::bigint is null or f.archive_offset <= %(last)s)
  and not exists (select from ops.staging t where t.archive_file = f.archive_file
                  and t.archive_offset = f.archive_offset and t.frontier_id = f.id)
order by f.archive_offset
limit %(limit)s;

-- name: save_extractions
-- Pages that gave no article; a recheck that gives none leaves the loaded article as it is.
update ops.frontier f
set state = case when f.article_id is not null then 'unchanged' else v.state end,
    reason = case when f.article_id is not null then 'recheck: ' || v.reason else v.reason end,
    due_at = case when v.state = 'waiting' then now() else ops.next_recheck(a.first_seen_at, now(), ops.recheck_pace(o.edits, o.rechecks)) end,
    run_id = %(run_id)s
from unnest(%(id)s::bigint[], %(state)s::text[], %(reason)s::text[]) as v(id, state, reason)
left join ops.frontier k on k.id = v.id
left join news.article a on a.id = k.article_id
left join ops.source o on o.source_id = a.source_id
where f.id = v.id and f.state = 'fetched' and f.archive_file = %(file)s
returning f.id, f.state;

-- name: import_page
insert into ops.frontier as f (source_id, url, url_key, host, domain, state, reason, hint, run_id,
                               fetched_at, archive_file, archive_offset, body_hash)
values (%(source_id)s, %(url)s, %(url_key)s, %(host)s, %(host)s, 'fetched', 'imported', '{}', %(run_id)s,
        %(fetched_at)s, %(archive_file)s, %(archive_offset)s, %(body_hash)s)
on conflict (url_key) do update
set state = 'fetched', reason = 'imported', run_id = excluded.run_id, fetched_at = excluded.fetched_at,
    archive_file = excluded.archive_file, archive_offset = excluded.archive_offset, body_hash = excluded.body_hash;

-- name: imported_hash
select body_hash from ops.frontier where url_key = %(url_key)s and state in ('loaded', 'unchanged');

-- name: mark_imported_unchanged
update ops.frontier set state = 'unchanged', reason = 'same_bytes', run_id = %(run_id)s where url_key = %(url_key)s;
