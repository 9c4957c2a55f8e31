-- Where publication times come from, by source, and how exact they are.
-- days=30: how far back
select s.slug as source, coalesce(a.published_from, 'nowhere') as signal, a.published_precision as precision,
       count(*) as articles, min(a.canonical_url) as for_example
from news.article a
join news.source s on s.id = a.source_id
where a.first_seen_at > now() - make_interval(days => %(days)s::int)
group by 1, 2, 3
order by source, articles desc, signal;
