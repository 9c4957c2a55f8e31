-- Where the news comes from: the places of datelines on the map, with the articles reported from there.
-- days=7: how far back
-- limit=50: how many
select p.name as place, p.country, p.latitude, p.longitude, count(*) as articles,
       string_agg(distinct a.agency, ', ' order by a.agency) as agencies, max(a.published_at) as newest_at
from news.mention m
join news.place p on p.id = m.place_id
join news.article a on a.id = m.article_id
where m.in_dateline and a.first_seen_at > now() - make_interval(days => %(days)s::int)
group by p.id
order by articles desc, place
limit %(limit)s::int;
