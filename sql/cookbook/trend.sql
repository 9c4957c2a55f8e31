-- How a subject rises and falls: articles a day that a search finds, and their share of all.
-- words=harbour: what to look for, as in the query search
-- days=30: how far back
with found as (
    select (published_at at time zone 'UTC')::date as day, count(*) as articles, count(distinct source_id) as sources
    from news.matches(%(words)s, now() - make_interval(days => %(days)s::int)) group by 1
), everything as (
    select (published_at at time zone 'UTC')::date as day, count(*) as articles
    from news.article_search where published_at > now() - make_interval(days => %(days)s::int) group by 1
)
select day, f.articles, f.sources, round(100.0 * f.articles / e.articles, 1) as percent_of_all
from found f join everything e using (day)
order by day;
