-- Taken offline: articles that their publishers deleted, and how long they had been up.
-- days=30: how far back
select a.gone_at, s.slug as source, a.title, date_trunc('minute', a.gone_at - coalesce(a.published_at, a.first_seen_at)) as was_up,
       a.revision, a.canonical_url as url, a.archive_file
from news.article a
join news.source s on s.id = a.source_id
where a.gone_at > now() - make_interval(days => %(days)s::int)
order by a.gone_at desc, a.id;
