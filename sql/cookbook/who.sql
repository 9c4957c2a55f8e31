-- Who is in the news: people, organisations or places by the number of articles that name them.
-- kind=person: person, organisation, place or other
-- days=7: how far back
-- limit=30: how many
select e.name, p.country, count(distinct m.article_id) as articles, count(distinct a.source_id) as sources,
       bool_or(m.field = 'title') as in_headlines, max(a.published_at) as newest_at
from news.article a
join news.mention m on m.article_id = a.id
join news.entity e on e.id = m.entity_id
left join news.place p on p.id = e.place_id
where e.kind = %(kind)s and a.first_seen_at > now() - make_interval(days => %(days)s::int)
group by e.id, p.id
order by articles desc, sources desc, e.name
limit %(limit)s::int;
