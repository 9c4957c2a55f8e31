-- Subjects that come together: pairs of tags on the same article.
-- days=30: how far back
-- limit=20: how many
select t.name as tag, u.name as with_tag, count(*) as articles, count(distinct a.source_id) as sources
from news.article a
join news.article_tag p on p.article_id = a.id
join news.article_tag q on q.article_id = a.id and q.tag_id > p.tag_id
join news.tag t on t.id = p.tag_id
join news.tag u on u.id = q.tag_id
where a.first_seen_at > now() - make_interval(days => %(days)s::int)
group by 1, 2
order by articles desc, sources desc, tag, with_tag
limit %(limit)s::int;
