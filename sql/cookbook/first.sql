-- Who had it first: for a search, each source's first article and how long after the very first.
-- Only articles whose publication time is known to the minute take part.
-- words=harbour: what to look for, as in the query search
-- days=30: how far back
select f.published_at, f.published_at - min(f.published_at) over () as after_the_first, s.slug as source, f.articles, f.title, f.url
from (
    select distinct on (a.source_id) a.source_id, a.published_at, a.title, a.canonical_url as url,
           count(*) over (partition by a.source_id) as articles
    from news.matches(%(words)s, now() - make_interval(days => %(days)s::int)) m
    join news.article a on a.id = m.article_id
    where a.published_precision = 'instant'
    order by a.source_id, a.published_at, a.id
) f
join news.source s on s.id = f.source_id
order by f.published_at, source;
