-- The sections of each source, and how long their articles are.
-- days=30: how far back
select s.slug as source, a.section, count(*) as articles, round(avg(a.word_count)) as words_each,
       round(100.0 * count(*) / sum(count(*)) over (partition by s.slug)) as percent_of_source
from news.article a
join news.source s on s.id = a.source_id
where a.section is not null and a.first_seen_at > now() - make_interval(days => %(days)s::int)
group by 1, 2
order by source, articles desc, section;
