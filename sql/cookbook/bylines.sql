-- Who writes most: authors with their sources and sections.
-- days=30: how far back
-- limit=20: how many
select w.name as author, string_agg(distinct s.slug, ', ' order by s.slug) as sources, count(*) as articles,
       sum(a.word_count) as words, string_agg(distinct a.section, ', ' order by a.section) as sections
from news.article a
join news.source s on s.id = a.source_id
join news.article_author p on p.article_id = a.id
join news.author w on w.id = p.author_id
where a.first_seen_at > now() - make_interval(days => %(days)s::int)
group by 1
order by articles desc, words desc, author
limit %(limit)s::int;
