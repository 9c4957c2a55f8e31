-- The newest articles, of all sources or one.
-- source=: slug of a source; empty for all
-- limit=20: how many
select published_at, source, title, array_to_string(authors, ', ') as authors, url
from news.article_flat
where %(source)s = '' or source = %(source)s
order by published_at desc nulls last
limit %(limit)s::int;
