-- name: claim_targets
-- Newest first; see claim_feeds for the lease.
with live as materialized (
    select pid, backend_start from pg_stat_activity
), due as (
    select f.id from ops.frontier f join ops.source o on o.source_id = f.source_id
    where f.due_at <= now() and f.state <> 'fetched' and o.enabled
      and f.bucket %% %(shards)s = %(shard)s
      and (f.lease_until is null or f.lease_until < now()
           or not exists (select from live l where l.pid = f.lease_pid and l.backend_start = f.lease_started))
    order by f.published_hint desc nulls last, f.id desc
    limit %(limit)s
    for update of f skip locked
), taken as (
    update ops.frontier f
    set lease_owner = %(owner)s, lease_until = now() + %(lease)s, lease_pid = pg_backend_pid(),
        lease_started = (select backend_start from live where pid = pg_backend_pid()),
        run_id = %(run_id)s
    from due where f.id = due.id
    returning f.*
)
select t.id, t.source_id, t.url, t.host, t.discovered_at, t.attempts, t.article_id is not null as known,
       t.etag, t.last_modified, t.body_hash, o.delay_s, o.connections, o.allow_private, o.headers
from taken t join ops.source o on o.source_id = t.source_id
order by t.published_hint desc nulls last, t.id desc;

-- name: release_targets
-- What a task did not get to waits for the next run.
update ops.frontier set lease_owner = null, lease_until = null, lease_pid = null, lease_started = null
where lease_owner = %(owner)s;

-- name: save_fetches
-- A URL whose article is loaded keeps that state when a recheck fails: only its next try is noted.
update ops.frontier f
set state = case when kept then f.state else v.state end,
    reason = case when kept and f.state <> v.state then 'recheck: ' || v.reason else v.reason end,
    attempts = case when v.state = 'waiting' then f.attempts + v.failed
                    when v.state in ('fetched', 'unchanged') then 0 else f.attempts end,
    due_at = case
        when v.state = 'waiting' then now() + v.wait
        when v.state = 'unchanged' then ops.next_recheck(a.first_seen_at, now())
        when kept then ops.next_recheck(a.first_seen_at, now())
        when v.state = 'gone' and f.article_id is not null and f.state <> 'gone' then now() + interval '1 day'
        end,
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
            %(fetched_at)s::timestamptz[], %(archive_file)s::text[], %(archive_offset)s::bigint[])
     as v(id, state, reason, failed, wait, status, etag, last_modified, body_hash, fetched_at, archive_file, archive_offset)
left join ops.frontier k on k.id = v.id
left join news.article a on a.id = k.article_id
cross join lateral (select k.article_id is not null and v.state in ('waiting', 'skipped', 'quarantined') as kept) x
where f.id = v.id
returning f.id, f.state, f.article_id;

-- name: touch_articles
-- Seen again, unchanged: or seen to be gone.
update news.article a
set last_seen_at = case when v.gone then a.last_seen_at else v.at end,
    gone_at = case when v.gone then coalesce(a.gone_at, v.at) end
from unnest(%(id)s::bigint[], %(at)s::timestamptz[], %(gone)s::boolean[]) as v(id, at, gone)
where a.id = v.id;

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
                       robots_rule, archive_file, archive_offset)
select * from unnest(
    %(at)s::timestamptz[], %(run_id)s::text[], %(frontier_id)s::bigint[], %(url)s::text[],
    %(host)s::text[], %(status)s::smallint[], %(outcome)s::text[], %(bytes)s::integer[], %(elapsed_ms)s::integer[],
    %(robots_rule)s::text[], %(archive_file)s::text[], %(archive_offset)s::bigint[]);

-- name: quarantine
insert into ops.quarantine (frontier_id, stage, reason, detail, archive_file, archive_offset)
select * from unnest(%(frontier_id)s::bigint[], %(stage)s::text[], %(reason)s::text[], %(detail)s::text[],
                     %(archive_file)s::text[], %(archive_offset)s::bigint[])
on conflict (frontier_id) do update
set stage = excluded.stage, reason = excluded.reason, detail = excluded.detail,
    archive_file = excluded.archive_file, archive_offset = excluded.archive_offset, at = now();

-- name: pending_files
select distinct archive_file from ops.frontier where state = 'fetched' order by 1;

-- name: pending_pages
-- `has_text`: the article is loaded with a body of the page's own.
select f.id, f.source_id, f.archive_offset, s.language, o.timezone, o.recipe, f.hint, f.published_hint,
       coalesce(a.provenance->'body'->>'from' <> 'feed.summary', false) as has_text
from ops.frontier f
left join news.article a on a.id = f.article_id
join news.source s on s.id = f.source_id
join ops.source o on o.source_id = f.source_id
where f.state = 'fetched' and f.archive_file = %(file)s
order by f.archive_offset;

-- name: save_extractions
-- Pages that gave no article; a recheck that gives none leaves the loaded article as it is.
update ops.frontier f
set state = case when f.article_id is not null then 'unchanged' else v.state end,
    reason = case when f.article_id is not null then 'recheck: ' || v.reason else v.reason end,
    due_at = case when v.state = 'waiting' then now() else ops.next_recheck(a.first_seen_at, now()) end,
    run_id = %(run_id)s
from unnest(%(id)s::bigint[], %(state)s::text[], %(reason)s::text[]) as v(id, state, reason)
left join ops.frontier k on k.id = v.id
left join news.article a on a.id = k.article_id
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
