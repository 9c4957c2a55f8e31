-- When sources publish: articles by hour of the day, UTC.
-- source=: slug of a source; empty for all
-- days=30: how far back
select extract(hour from a.published_at at time zone 'UTC')::int as hour, count(*) as articles,
       repeat('#', (40 * count(*) / max(count(*)) over ())::int) as bar
from news.article a
join news.source s on s.id = a.source_id
where a.published_precision = 'instant' and (%(source)s = '' or s.slug = %(source)s)
  and a.published_at > now() - make_interval(days => %(days)s::int)
group by 1
order by 1;
