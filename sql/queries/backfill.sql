-- name: sources
-- Every source that is fetched (or the named ones), with the sitemaps that are not merely listed by another.
select s.slug, s.home_url, o.*,
       array(select f.url from ops.feed f
             where f.source_id = s.id and f.enabled and f.kind = 'sitemap' and f.origin <> 'index'
             order by f.id) as sitemaps
from news.source s join ops.source o on o.source_id = s.id
where o.enabled and (%(slugs)s::text[] = '{}' or s.slug = any(%(slugs)s::text[]))
order by s.slug;

-- name: shards
select domain, ops.bucket(domain) %% %(shards)s from unnest(%(domains)s::text[]) as domain;

-- name: finished
-- What need not be read again for the span. What was read before the span ended may have grown since;
-- but not for the run that read it, which goes on where it stopped.
select url from ops.backfill
where source_id = %(source_id)s and since = %(since)s and until = %(until)s and state = 'done'
  and (at >= until or run_id = %(run_id)s);

-- name: put_urls
-- Only what is new: a known URL goes its own way.
with listed as (
    select * from unnest(
        %(urls)s::text[], %(keys)s::text[], %(hosts)s::text[], %(domains)s::text[],
        %(fingerprints)s::bytea[], %(published)s::timestamptz[], %(hints)s::jsonb[])
        with ordinality as t(url, url_key, host, domain, fingerprint, published, hint, position)
), put as (
    insert into ops.frontier (source_id, url, url_key, host, domain, state, reason, due_at,
                              published_hint, hint, fingerprint, run_id, priority)
    select distinct on (url_key) %(source_id)s, url, url_key, host, domain, 'waiting', 'backfill', now(),
           published, hint, fingerprint, %(run_id)s, 1
    from listed order by url_key, position
    on conflict (url_key) do nothing
    returning id
)
select count(*) from put;

-- name: put_pages
-- Pages of WARC files: the newest record of a URL counts, and only if nothing newer of it was fetched.
-- An old crawl so never becomes a revision, and the same bytes are no news. What was found to be a
-- duplicate, or gone after it was loaded, stays so. What a run that died took from this very record is
-- taken over.
with given as (
    select * from unnest(
        %(source_id)s::integer[], %(url)s::text[], %(url_key)s::text[], %(host)s::text[], %(domain)s::text[],
        %(fetched_at)s::timestamptz[], %(archive_offset)s::bigint[], %(body_hash)s::bytea[])
        as t(source_id, url, url_key, host, domain, fetched_at, archive_offset, body_hash)
), newest as (
    select distinct on (url_key) * from given order by url_key, fetched_at desc, archive_offset desc
), put as (
    insert into ops.frontier as f (source_id, url, url_key, host, domain, state, reason, run_id, priority,
                                   http_status, fetched_at, archive_file, archive_offset, body_hash)
    select source_id, url, url_key, host, domain, 'fetched', 'imported', %(run_id)s, 1,
           200, fetched_at, %(archive_file)s, archive_offset, body_hash
    from newest order by url_key
    on conflict (url_key) do update
    set state = 'fetched', reason = 'imported', run_id = excluded.run_id, due_at = null,
        http_status = excluded.http_status, fetched_at = excluded.fetched_at,
        archive_file = excluded.archive_file, archive_offset = excluded.archive_offset,
        body_hash = excluded.body_hash
    where f.state <> 'duplicate'
      and not (f.state = 'gone' and f.article_id is not null)
      and (f.fetched_at is null
           or f.state = 'fetched' and (f.archive_file, f.archive_offset) = (excluded.archive_file, excluded.archive_offset)
           or f.state = 'waiting' and f.article_id is null and excluded.fetched_at >= f.fetched_at
           or excluded.fetched_at > f.fetched_at and excluded.body_hash is distinct from f.body_hash)
    returning f.source_id
)
select source_id, count(*) from put group by 1;

-- name: is_read
-- Whether a file was read to its end for this choice of sources: for all that are known, it counts only
-- as long as none of them came or moved since.
select exists (
    select from ops.backfill b join news.source s on s.id = b.source_id
    where b.url = %(url)s and b.since = '-infinity' and b.until = 'infinity' and b.state = 'done'
      and (%(source)s::text is null or s.slug = %(source)s)
      and (not %(known)s or b.at >= (select max(updated_at) from news.source)));

-- name: save_files
insert into ops.backfill as b (source_id, url, since, until, state, problem, listed, new, run_id)
select source_id, %(url)s, %(since)s::timestamptz, %(until)s::timestamptz, %(state)s, %(problem)s, listed, new, %(run_id)s
from unnest(%(source_id)s::integer[], %(listed)s::integer[], %(new)s::integer[]) as t(source_id, listed, new)
on conflict (source_id, url, since, until) do update
set state = excluded.state, problem = excluded.problem, listed = excluded.listed, new = excluded.new,
    run_id = excluded.run_id, at = now();
