-- name: put_changes
-- The last statement of its transaction: see news.change for why.
insert into news.change (article_id, source_id, kind, revision, merged_into)
select * from unnest(%(article_id)s::bigint[], %(source_id)s::integer[], %(kind)s::text[], %(revision)s::integer[],
                     %(merged_into)s::bigint[]);

-- name: changes_since
select * from news.changes_since(%(after)s, %(limit)s);

-- name: cursor_before
-- The cursor from which the changes of that time on follow.
select coalesce((select min(id) - 1 from news.change where at >= %(at)s),
                (select max(id) from news.change), 0);

-- name: cursor_of_last
-- The cursor from which the last so many changes follow.
select coalesce((select id - 1 from (select id from news.change order by id desc limit %(limit)s) last
                 order by id limit 1), 0);

-- name: listen
listen dateline_change;
