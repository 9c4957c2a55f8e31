-- How soon after publication an article is here, by source: the median and the slowest tenth.
-- Only articles that were published while their source was watched: those older than that are its past.
-- days=7: how far back
select s.slug as source, count(*) as articles,
       date_trunc('second', percentile_cont(0.5) within group (order by a.first_seen_at - a.published_at)) as half_within,
       date_trunc('second', percentile_cont(0.9) within group (order by a.first_seen_at - a.published_at)) as nine_tenths_within
from news.article a
join news.source s on s.id = a.source_id
where a.published_precision = 'instant' and a.published_at <= a.first_seen_at and a.published_at >= s.created_at
  and a.first_seen_at > now() - make_interval(days => %(days)s::int)
group by 1
order by half_within desc, source;
