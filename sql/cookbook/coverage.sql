-- How well each source is read, this week and before: the share of its articles that have each field.
-- weeks=4: how many weeks
select source, week, articles, round(100 * summary) as summary, round(100 * authors) as authors, round(100 * tags) as tags,
       round(100 * section) as section, round(100 * published_instant) as time, round(100 * image_url) as image,
       round(confidence::numeric, 2) as confidence, words
from news.coverage
where week > (now() at time zone 'UTC')::date - 7 * %(weeks)s::int
order by source, week desc;
