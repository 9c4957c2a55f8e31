-- name: start_run
insert into ops.run (id, kind) values (%(run_id)s, %(kind)s) on conflict (id) do nothing;

-- name: ensure_partitions
select ops.ensure_fetch_partitions((now() at time zone 'UTC')::date);

-- name: due
-- Which shards have work. A due feed may list URLs of any domain: then all of them.
select exists (select from ops.feed f join ops.source o on o.source_id = f.source_id
               where f.enabled and o.enabled and f.next_poll_at <= %(now)s) as feeds,
       array(select distinct p.bucket %% %(shards)s
             from ops.sources_with_work(0, 1) p join ops.source o on o.source_id = p.source_id and o.enabled
             where exists (select from ops.frontier f cross join (values (0::smallint), (1::smallint)) q(priority)
                           where f.bucket = p.bucket and f.source_id = p.source_id and f.priority = q.priority
                             and f.due_at <= now() and f.state <> 'fetched')) as shards;

-- name: account
with mine as (
    select state, reason, count(*) as n from ops.frontier where run_id = %(run_id)s group by 1, 2
), log as (
    select count(*) as requests, coalesce(sum(bytes), 0) as bytes,
           count(distinct feed_id) as polled,
           count(distinct feed_id) filter (where outcome like 'failed%%') as feeds_failed
    from ops.fetch where run_id = %(run_id)s
)
update ops.run r
set ended_at = now(),
    discovered = (select coalesce(sum(n), 0) from mine),
    loaded = (select coalesce(sum(n), 0) from mine where state = 'loaded'),
    unchanged = (select coalesce(sum(n), 0) from mine where state = 'unchanged'),
    duplicate = (select coalesce(sum(n), 0) from mine where state = 'duplicate'),
    skipped = (select coalesce(sum(n), 0) from mine where state = 'skipped'),
    gone = (select coalesce(sum(n), 0) from mine where state = 'gone'),
    quarantined = (select coalesce(sum(n), 0) from mine where state = 'quarantined'),
    waiting = (select coalesce(sum(n), 0) from mine where state in ('waiting', 'fetched')),
    new = (select coalesce(sum(n), 0) from mine where state = 'loaded' and reason = 'new'),
    revised = (select coalesce(sum(n), 0) from mine where state = 'loaded' and reason like 'revised%%'),
    polled = log.polled, feeds_failed = log.feeds_failed, requests = log.requests, bytes = log.bytes,
    balanced = null
from log where r.id = %(run_id)s
returning r.discovered, r.loaded, r.unchanged, r.duplicate, r.skipped, r.gone, r.quarantined, r.waiting,
          r.new, r.revised, r.polled, r.feeds_failed, r.requests, r.bytes;

-- name: set_balanced
update ops.run set balanced = %(balanced)s where id = %(run_id)s;

-- name: reasons
-- Where the URLs of one run, or of all, ended, and an example of each reason.
select state, split_part(reason, ':', 1) as code, count(*) as urls, min(url) as example
from ops.frontier
where %(run_id)s::text is null or run_id = %(run_id)s
group by 1, 2 order by 1, 3 desc;

-- name: totals
select (select count(*) from news.article) as articles,
       (select count(*) from news.revision) as revisions,
       (select count(*) from ops.frontier) as urls,
       (select count(*) from news.source s join ops.source o on o.source_id = s.id where o.enabled) as sources;

-- name: newest
select s.slug as source, a.title, a.language, a.published_at
from news.article a join news.source s on s.id = a.source_id
order by a.published_at desc nulls last limit %(limit)s;

-- name: last_runs
select id, kind, started_at, ended_at, new, revised, waiting, quarantined, balanced
from ops.run order by started_at desc limit %(limit)s;
