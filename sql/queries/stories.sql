-- name: one_reader
-- Two at once would not see each other's keys, and miss that they hold copies.
select pg_advisory_xact_lock(hashtext('dateline.stories'));

-- name: waiting
select count(*) from ops.story_queue;

-- name: peek
-- Rows leave the queue only when their stories are written: a killed task's batch is done again.
select q.article_id from ops.story_queue q where q.article_id > %(after)s order by q.article_id limit %(limit)s;

-- name: texts
select a.id, a.source_id, a.title, a.body, a.content_hash
from news.article a where a.id = any(%(ids)s::bigint[]);

-- name: put_keys
-- A key that many texts share is a stock phrase, or a story that is found by its first members: no more
-- are added, so that neither the table nor a look into it grows with them. A batch does not see its own
-- rows, and may add that many more once.
insert into ops.story_key (key, article_id)
select k.key, k.article_id
from unnest(%(keys)s::bigint[], %(articles)s::bigint[]) as k(key, article_id)
where (select count(*) from (select from ops.story_key s where s.key = k.key limit %(bucket)s) full_up) < %(bucket)s
order by k.key, k.article_id
on conflict do nothing;

-- name: candidates
-- For each article those with most keys in common, and the first members of the story it is in: after a
-- revision it may have no key in common with them.
with shared as (
    select k.article_id, s.article_id as other, count(*) as keys
    from unnest(%(keys)s::bigint[], %(articles)s::bigint[]) as k(key, article_id)
    cross join lateral (
        select s.article_id from ops.story_key s where s.key = k.key order by s.article_id limit %(bucket)s + 1
    ) s
    where s.article_id <> k.article_id
    group by 1, 2
), ranked as (
    select article_id, other, row_number() over (partition by article_id order by keys desc, other) as place
    from shared
)
select article_id, other from ranked where place <= %(most)s
union
select m.article_id, o.article_id
from news.story_article m
cross join lateral (
    select p.article_id from news.story_article p
    where p.story_id = m.story_id and p.article_id <> m.article_id
    order by p.article_id limit %(most)s
) o
where m.article_id = any(%(ids)s::bigint[]);

-- name: recent
-- What a source prints everywhere is read off its newest articles.
select a.id, a.source_id, a.title, a.body, a.content_hash
from unnest(%(sources)s::integer[]) as s(id)
cross join lateral (
    select * from news.article n where n.source_id = s.id order by n.published_at desc nulls last limit %(sample)s
) a;

-- name: one_loader
-- As load does: whoever writes to news.article takes turns, and the texts stand still meanwhile.
select pg_advisory_xact_lock(hashtext('dateline.load'));

-- name: unrevised
-- Of the articles whose texts were compared, those that still have them.
select a.id
from unnest(%(ids)s::bigint[], %(hashes)s::bytea[]) as t(id, hash)
join news.article a on a.id = t.id and a.content_hash = t.hash;

-- name: memberships
select article_id, story_id from news.story_article where article_id = any(%(ids)s::bigint[]);

-- name: held
-- Stories that have members outside the batch.
select distinct story_id from news.story_article
where story_id = any(%(stories)s::bigint[]) and article_id <> all(%(batch)s::bigint[]);

-- name: new_ids
select nextval(pg_get_serial_sequence('news.story', 'id')) from generate_series(1, %(count)s);

-- name: found_stories
-- Their columns are filled in by `tell`.
insert into news.story (id, title, size, sources)
select id, '', 0, 0 from unnest(%(stories)s::bigint[]) as n(id);

-- name: move_members
update news.story_article m set story_id = x.story
from unnest(%(merged)s::bigint[], %(into)s::bigint[]) as x(merged, story)
where m.story_id = x.merged;

-- name: merge_stories
update news.story s set size = 0, sources = 0, merged_into = x.story, updated_at = now()
from unnest(%(merged)s::bigint[], %(into)s::bigint[]) as x(merged, story)
where s.id = x.merged or s.merged_into = x.merged;

-- name: leave
delete from news.story_article where article_id = any(%(left)s::bigint[]);

-- name: compare_again
-- Members that were in the story for an article that is in it no more.
insert into ops.story_queue (article_id)
select m.article_id
from news.story_article m
left join news.story_article o on o.article_id = m.similar_to
where m.similar_to = any(%(moved)s::bigint[]) and o.story_id is distinct from m.story_id
  and m.article_id <> all(%(batch)s::bigint[])
on conflict (article_id) do update set queued_at = excluded.queued_at;

-- name: join
-- The role is filled in by `play`.
insert into news.story_article as m (article_id, story_id, role, similarity, containment, similar_to, appeared_at, reason)
select j.article_id, j.story_id, 'near_copy', j.jaccard, j.containment, j.similar_to, a.first_seen_at, 'new'
from unnest(%(articles)s::bigint[], %(stories)s::bigint[], %(jaccards)s::real[], %(containments)s::real[],
            %(similar)s::bigint[]) as j(article_id, story_id, jaccard, containment, similar_to)
join news.article a on a.id = j.article_id
on conflict (article_id) do update
set story_id = excluded.story_id, similarity = excluded.similarity, containment = excluded.containment,
    similar_to = excluded.similar_to,
    joined_at = case when m.story_id = excluded.story_id then m.joined_at else now() end
where (m.story_id, m.similarity, m.containment, m.similar_to)
    is distinct from (excluded.story_id, excluded.similarity, excluded.containment, excluded.similar_to);

-- name: dissolve
-- A story of one article is none.
delete from news.story_article m
using (select story_id from news.story_article where story_id = any(%(stories)s::bigint[])
       group by story_id having count(*) = 1) lone
where m.story_id = lone.story_id
returning m.article_id;

-- name: members
select m.story_id, m.article_id, c.slug, c.name, a.agency, a.published_at, a.published_precision, a.first_seen_at
from news.story_article m
join news.article a on a.id = m.article_id
join news.source c on c.id = a.source_id
where m.story_id = any(%(stories)s::bigint[]);

-- name: play
update news.story_article m
set role = p.role, reason = p.reason, appeared_at = p.at
from unnest(%(articles)s::bigint[], %(roles)s::text[], %(reasons)s::text[], %(times)s::timestamptz[])
    as p(article_id, role, reason, at)
where m.article_id = p.article_id and (m.role, m.reason, m.appeared_at) is distinct from (p.role, p.reason, p.at);

-- name: tell
with told as (
    select t.id, t.agency, t.first_article,
           (select a.title from news.article a where a.id = t.first_article) as title,
           count(m.article_id)::integer as size, count(distinct a.source_id)::integer as sources,
           min(m.appeared_at) as first_at, max(m.appeared_at) as last_at
    from unnest(%(stories)s::bigint[], %(agencies)s::text[], %(firsts)s::bigint[]) as t(id, agency, first_article)
    left join news.story_article m on m.story_id = t.id
    left join news.article a on a.id = m.article_id
    group by t.id, t.agency, t.first_article
)
update news.story s
set agency = t.agency, first_article = coalesce(t.first_article, s.first_article), title = coalesce(t.title, s.title),
    size = t.size, sources = t.sources, first_at = coalesce(t.first_at, s.first_at),
    last_at = coalesce(t.last_at, s.last_at), updated_at = now()
from told t
where s.id = t.id
  and (s.agency, s.first_article, s.title, s.size, s.sources, s.first_at, s.last_at)
      is distinct from (t.agency, coalesce(t.first_article, s.first_article), coalesce(t.title, s.title),
                        t.size, t.sources, coalesce(t.first_at, s.first_at), coalesce(t.last_at, s.last_at))
returning s.id;

-- name: mark_articles
-- The articles of these stories, and those that were in one and are no more.
with wanted as (
    select article_id, story_id from news.story_article where story_id = any(%(stories)s::bigint[])
    union
    select x.id, m.story_id
    from unnest(%(moved)s::bigint[]) as x(id)
    left join news.story_article m on m.article_id = x.id
)
update news.article a set story_id = w.story_id
from wanted w
where a.id = w.article_id and a.story_id is distinct from w.story_id;

-- name: dequeue
delete from ops.story_queue where article_id = any(%(done)s::bigint[]);
