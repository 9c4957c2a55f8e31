-- Articles by language, how many sources write it, and how each is searched.
-- days=30: how far back
select coalesce(a.language, 'unknown') as language, news.search_config(a.language) as searched_as, count(*) as articles,
       count(distinct a.source_id) as sources, sum(a.word_count) as words
from news.article a
where a.first_seen_at > now() - make_interval(days => %(days)s::int)
group by a.language
order by articles desc, language;
