-- name: source_ids
select slug, id from news.source where slug = any(%(slugs)s::text[]);

-- name: upsert_sources
insert into news.source (slug, name, home_url, country, language, tags)
select slug, name, home_url, country, language, tags
from jsonb_to_recordset(%(sources)s) as g (
    n integer, slug text, name text, home_url text, country text, language text, tags text[])
order by n
on conflict (slug) do update
set name = excluded.name, home_url = excluded.home_url, country = excluded.country,
    language = excluded.language, tags = excluded.tags, updated_at = now()
where (source.name, source.home_url, source.country, source.language, source.tags)
    is distinct from (excluded.name, excluded.home_url, excluded.country, excluded.language, excluded.tags)
returning id;

-- name: upsert_settings
-- A person's `enabled` is kept: the file decides it only for a source that is new.
insert into ops.source (source_id, enabled, verified, timezone, interval_s, max_interval_s, delay_s,
                        connections, allow_private, cookies, headers, recipe, declared_in)
select source_id, enabled, verified, timezone, interval_s, max_interval_s, delay_s,
       connections, allow_private, cookies, headers, recipe, declared_in
from jsonb_to_recordset(%(settings)s) as g (
    source_id integer, enabled boolean, verified boolean, timezone text, interval_s integer,
    max_interval_s integer, delay_s real, connections smallint, allow_private boolean,
    cookies boolean, headers jsonb, recipe text, declared_in text)
on conflict (source_id) do update
set verified = excluded.verified, timezone = excluded.timezone, interval_s = excluded.interval_s,
    max_interval_s = excluded.max_interval_s, delay_s = excluded.delay_s,
    connections = excluded.connections, allow_private = excluded.allow_private,
    cookies = excluded.cookies, headers = excluded.headers, recipe = excluded.recipe,
    declared_in = excluded.declared_in
where (source.verified, source.timezone, source.interval_s, source.max_interval_s, source.delay_s,
       source.connections, source.allow_private, source.cookies, source.headers, source.recipe,
       source.declared_in)
    is distinct from (excluded.verified, excluded.timezone, excluded.interval_s, excluded.max_interval_s,
       excluded.delay_s, excluded.connections, excluded.allow_private, excluded.cookies, excluded.headers,
       excluded.recipe, excluded.declared_in)
returning source_id;

-- name: foreign_feeds
-- Feeds that belong to another source than the one that declares them now.
select g.source_id, g.url, s.slug
from jsonb_to_recordset(%(feeds)s) as g (n integer, source_id integer, url text)
join ops.feed f on f.url = g.url and f.source_id <> g.source_id
join news.source s on s.id = f.source_id
order by g.n limit 1;

-- name: feed_owners
select f.url, s.slug from ops.feed f join news.source s on s.id = f.source_id;

-- name: upsert_feeds
-- What an index or a gap brought in is the source's own from now on.
insert into ops.feed (source_id, url, host, domain, kind, interval_s)
select source_id, url, host, domain, kind, interval_s
from jsonb_to_recordset(%(feeds)s) as g (
    n integer, source_id integer, url text, host text, domain text, kind text, interval_s integer)
order by n
on conflict (url) do update
set enabled = true, kind = excluded.kind, interval_s = excluded.interval_s, host = excluded.host,
    domain = excluded.domain, origin = 'declared', parent_id = null
where not feed.enabled or feed.origin <> 'declared'
   or (feed.kind, feed.interval_s) is distinct from (excluded.kind, excluded.interval_s)
returning source_id;

-- name: retire_feeds
-- What these sources declare no more. The children of an index go with it; the other undeclared
-- ones are not ours to retire.
with recursive gone as (
    select f.id from ops.feed f where f.url in (
        select url from ops.feed
        where source_id = any(%(source_ids)s) and origin = 'declared' and enabled
        except
        select url from jsonb_to_recordset(%(feeds)s) as g (url text))
    union
    select f.id from ops.feed f join gone on f.parent_id = gone.id
)
update ops.feed f set enabled = false from gone where f.id = gone.id and f.enabled
returning f.source_id;

-- name: orphaned_sources
select s.slug from news.source s join ops.source o on o.source_id = s.id
where o.declared_in = any(%(files)s::text[]) and s.slug <> all(%(slugs)s::text[])
order by 1;

-- name: set_enabled
update ops.source o set enabled = %(enabled)s from news.source s
where s.id = o.source_id and s.slug = %(slug)s
returning s.slug;

-- name: make_feeds_due
update ops.feed set next_poll_at = now()
where source_id = (select id from news.source where slug = %(slug)s) and enabled;

-- name: get_sources
select s.slug, s.name, s.home_url, s.country, s.language, s.tags, o.enabled, o.verified, o.timezone,
       o.interval_s, o.max_interval_s, o.delay_s, o.connections, o.allow_private, o.cookies, o.headers,
       o.recipe, o.declared_in, f.feed_urls, f.feed_intervals, f.feed_kinds
from news.source s join ops.source o on o.source_id = s.id
cross join lateral (
    select coalesce(array_agg(f.url order by f.id), '{}') as feed_urls,
           coalesce(array_agg(f.interval_s order by f.id), '{}') as feed_intervals,
           coalesce(array_agg(f.kind order by f.id), '{}') as feed_kinds
    from ops.feed f where f.source_id = s.id and f.enabled and f.origin = 'declared'
) f
where %(slug)s::text is null or s.slug = %(slug)s
order by s.slug;

-- name: source_id
select id from news.source where slug = %(slug)s;

-- name: health
select source, enabled, feeds, failing_feeds, articles_24h, articles_7d, waiting, quarantined, health, problem
from news.source_health order by source;
