-- What they write about: the tags of the last days, and how many sources use each.
-- days=7: how far back
-- limit=30: how many
select t.name as tag, count(*) as articles, count(distinct a.source_id) as sources, max(a.published_at) as newest_at
from news.article a
join news.article_tag p on p.article_id = a.id
join news.tag t on t.id = p.tag_id
where a.first_seen_at > now() - make_interval(days => %(days)s::int)
group by 1
order by articles desc, sources desc, tag
limit %(limit)s::int;
