-- Authors by a name spelt somehow, with what they wrote last.
-- name=anna: the name, or part of it
-- limit=10: how many
select f.author, f.articles, round(f.similarity::numeric, 2) as similarity, l.source, l.newest_at, l.newest
from news.find_author(%(name)s, %(limit)s::int) f
left join lateral (
    select s.slug as source, a.published_at as newest_at, a.title as newest
    from news.article_author p join news.article a on a.id = p.article_id join news.source s on s.id = a.source_id
    where p.author_id = f.author_id
    order by a.published_at desc nulls last, a.id desc limit 1
) l on true
order by f.similarity desc, f.articles desc, f.author;
