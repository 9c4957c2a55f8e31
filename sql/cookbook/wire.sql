-- Wire stories: which agency reported from where, and who carried it.
-- days=7: how far back
select agency, dateline_place as place, dateline_country as country, count(*) as articles,
       string_agg(distinct source, ', ' order by source) as carried_by, max(published_at) as newest_at
from news.article_flat
where (agency is not null or dateline_place is not null)
  and first_seen_at > now() - make_interval(days => %(days)s::int)
group by 1, 2, 3
order by articles desc, newest_at desc nulls last;
