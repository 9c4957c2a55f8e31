-- name: drop_old_days
select ops.drop_old_partitions(make_interval(days => %(days)s));

-- name: patience
-- Dropping a day waits for who reads the log, and everybody who fetches would wait behind it.
set local lock_timeout = '10s';

-- name: reached
select reached from ops.sweep where task = %(task)s;

-- name: set_reached
insert into ops.sweep (task, reached) values (%(task)s, %(reached)s)
on conflict (task) do update set reached = excluded.reached;

-- Both below look at the rows behind a place in the order of an index, a portion a transaction, and give the
-- last place, how many rows they saw and how many they removed. The lateral joins keep every look at the
-- other table a look into its index, whatever the planner thinks of the sizes.

-- name: entities
-- Those that no mention names: edits took the last one away. Who has linked one to Wikidata keeps it. To be
-- run under one_writer of entities.sql, so that nobody is about to name it.
with portion as materialized (
    select id, wikidata from news.entity where %(after)s::bigint is null or id > %(after)s order by id limit %(limit)s
), orphan as materialized (
    select p.id from portion p
    left join lateral (select true as named from news.mention m where m.entity_id = p.id limit 1) m on true
    where m.named is null and p.wikidata is null
), removed as (
    delete from news.entity where id = any(array(select id from orphan)) returning 1
)
select (select max(id) from portion), (select count(*) from portion), (select count(*) from removed);

-- name: story_keys
-- Those of articles that were deleted here or merged into another. What its publisher has deleted still tells
-- who copied whom. With ties: a key has few articles, and the place is a key.
with portion as materialized (
    select key, article_id from ops.story_key where %(after)s::bigint is null or key > %(after)s
    order by key fetch first %(limit)s rows with ties
), orphan as materialized (
    select p.key, p.article_id from portion p
    left join lateral (
        select true as stands from news.article a where a.id = p.article_id and a.merged_into is null limit 1
    ) a on true
    where a.stands is null
), removed as (
    delete from ops.story_key where (key, article_id) in (select key, article_id from orphan) returning 1
)
select (select max(key) from portion), (select count(*) from portion), (select count(*) from removed);
