-- name: due
-- Newest first, below the ids that this task has had already: what is skipped waits for the next one.
select a.id, w.due_since, a.title, a.summary, a.body, a.language, a.published_at, a.published_precision,
       a.dateline_place, a.dateline_country, s.country as source_country, o.timezone
from (select article_id, due_since from ops.entity_work
      where due_since is not null and (%(below)s::bigint is null or article_id < %(below)s)
      order by article_id desc limit %(limit)s) w
join news.article a on a.id = w.article_id
join news.source s on s.id = a.source_id
left join ops.source o on o.source_id = s.id
order by a.id desc;

-- name: count_due
select count(*) from ops.entity_work where due_since is not null;

-- name: want_again
update ops.entity_work set due_since = clock_timestamp()
where due_since is null and tagger is distinct from %(tagger)s;

-- name: one_writer
-- Two at once could insert the same names in different orders.
select pg_advisory_xact_lock(hashtext('dateline.entities'));

-- name: take_settled
-- Only what is still due since the moment it was read: an edit in between makes it due anew. A row that
-- a loader holds is left out, so neither waits for the other in a circle.
create temporary table settled on commit drop as
select w.article_id, r.problem
from json_to_recordset(%(read)s::json) r(article_id bigint, due_since timestamptz, problem text)
join ops.entity_work w on w.article_id = r.article_id and w.due_since = r.due_since
order by w.article_id
for update of w skip locked;

-- name: take_found
create temporary table found on commit drop as
select f.*
from json_to_recordset(%(found)s::json) f(
    article_id bigint, field text, starts integer, ends integer, surface text, kind text, name text, name_key text,
    value jsonb, in_dateline boolean, place_name text, place_key text, place_kind text, country text, region text,
    latitude double precision, longitude double precision, population bigint)
join settled using (article_id);

-- name: analyze_found
analyze found;

-- name: put_places
-- Coordinates that are learnt later are added.
insert into news.place as p (name, name_key, kind, country, region, latitude, longitude, population)
select distinct on (country, place_kind, place_key, region)
    place_name, place_key, place_kind, country, region, latitude, longitude, population
from found where place_key is not null
order by country, place_kind, place_key, region
on conflict (country, kind, name_key, region) do update
set latitude = excluded.latitude, longitude = excluded.longitude, population = excluded.population
where p.population is null and excluded.population is not null or p.latitude is null and excluded.latitude is not null;

-- name: put_entities
insert into news.entity (kind, name, name_key, place_id)
select distinct on (f.kind, f.name_key) f.kind, f.name, f.name_key, p.id
from found f
left join news.place p on p.country = f.country and p.kind = f.place_kind and p.name_key = f.place_key and p.region = f.region
where f.name_key is not null
order by f.kind, f.name_key, f.article_id, f.starts
on conflict (kind, name_key) do nothing;

-- name: drop_mentions
delete from news.mention m using settled s where m.article_id = s.article_id;

-- name: put_mentions
insert into news.mention (article_id, field, starts, ends, surface, kind, entity_id, place_id, value, in_dateline)
select f.article_id, f.field, f.starts, f.ends, f.surface, f.kind, e.id, e.place_id, f.value, f.in_dateline
from found f
left join news.entity e on e.kind = f.kind and e.name_key = f.name_key
order by f.article_id, f.field, f.starts;

-- name: settle
update ops.entity_work w
set due_since = null, tagger = %(tagger)s, done_at = now(), problem = s.problem
from settled s where w.article_id = s.article_id;

-- name: settled
select (select count(*) from settled), (select count(*) from found);
