-- name: upsert_source
-- A person's `enabled` is kept: the file decides it only for a source that is new.
with old as (
    select s.id, s.name, s.home_url, s.country, s.language, s.tags
    from news.source s where s.slug = %(slug)s
), put as (
    insert into news.source (slug, name, home_url, country, language, tags)
    values (%(slug)s, %(name)s, %(home_url)s, %(country)s, %(language)s, %(tags)s)
    on conflict (slug) do update
    set name = excluded.name, home_url = excluded.home_url, country = excluded.country,
        language = excluded.language, tags = excluded.tags, updated_at = now()
    where (source.name, source.home_url, source.country, source.language, source.tags)
        is distinct from (excluded.name, excluded.home_url, excluded.country, excluded.language, excluded.tags)
    returning id
)
select coalesce((select id from put), (select id from old)) as id,
       not exists (select from old) as created,
       exists (select from put) as written;

-- name: upsert_source_settings
insert into ops.source (source_id, enabled, verified, timezone, interval_s, delay_s, connections,
                        allow_private, headers, recipe, declared_in)
values (%(source_id)s, %(enabled)s, %(verified)s, %(timezone)s, %(interval_s)s, %(delay_s)s,
        %(connections)s, %(allow_private)s, %(headers)s, %(recipe)s, %(declared_in)s)
on conflict (source_id) do update
set verified = excluded.verified, timezone = excluded.timezone, interval_s = excluded.interval_s,
    delay_s = excluded.delay_s, connections = excluded.connections,
    allow_private = excluded.allow_private, headers = excluded.headers, recipe = excluded.recipe,
    declared_in = excluded.declared_in
where (source.verified, source.timezone, source.interval_s, source.delay_s, source.connections,
       source.allow_private, source.headers, source.recipe, source.declared_in)
    is distinct from (excluded.verified, excluded.timezone, excluded.interval_s, excluded.delay_s,
       excluded.connections, excluded.allow_private, excluded.headers, excluded.recipe, excluded.declared_in)
returning source_id;

-- name: feed_owner
select s.slug from ops.feed f join news.source s on s.id = f.source_id
where f.url = %(url)s and f.source_id <> %(source_id)s;

-- name: upsert_feed
insert into ops.feed (source_id, url, host, domain, interval_s)
values (%(source_id)s, %(url)s, %(host)s, %(domain)s, %(interval_s)s)
on conflict (url) do update
set enabled = true, interval_s = excluded.interval_s, host = excluded.host, domain = excluded.domain
where not feed.enabled or feed.interval_s is distinct from excluded.interval_s
returning id;

-- name: retire_feeds
update ops.feed set enabled = false
where source_id = %(source_id)s and enabled and url <> all(%(urls)s::text[])
returning url;

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
       o.interval_s, o.delay_s, o.connections, o.allow_private, o.headers, o.recipe, o.declared_in,
       array(select f.url from ops.feed f where f.source_id = s.id and f.enabled order by f.id) as feed_urls,
       array(select f.interval_s from ops.feed f where f.source_id = s.id and f.enabled order by f.id) as feed_intervals
from news.source s join ops.source o on o.source_id = s.id
where %(slug)s::text is null or s.slug = %(slug)s
order by s.slug;

-- name: source_id
select id from news.source where slug = %(slug)s;

-- name: health
select source, enabled, feeds, failing_feeds, articles_24h, articles_7d, waiting, quarantined, health, problem
from news.source_health order by source;
