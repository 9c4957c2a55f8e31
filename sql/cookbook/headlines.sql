-- Headlines that were changed, as they were and as they are, and how many minutes they stood.
-- days=7: how far back
select r.replaced_at as changed_at, s.slug as source, r.title as before, coalesce(n.title, a.title) as after,
       round(extract(epoch from r.replaced_at - r.seen_at) / 60) as stood_minutes, a.canonical_url as url
from news.revision r
join news.article a on a.id = r.article_id
join news.source s on s.id = a.source_id
left join news.revision n on n.article_id = r.article_id and n.revision = r.revision + 1
where 'title' = any (r.changed) and r.replaced_at > now() - make_interval(days => %(days)s::int)
order by r.replaced_at desc, a.id;
