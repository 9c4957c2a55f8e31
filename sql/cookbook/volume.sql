-- Articles a day and source, with the share of wire copy.
-- days=7: how far back
select day, source, articles, revised, round(100.0 * wire / articles) as wire_percent, words / articles as words_each
from news.daily_volume
where day > (now() at time zone 'UTC')::date - %(days)s::int
order by day desc, articles desc, source;
