create or replace view news.daily_volume as
select
    (a.first_seen_at at time zone 'UTC')::date as day,
    s.slug as source,
    count(*) as articles,
    count(*) filter (where a.revision > 1) as revised,
    count(*) filter (where a.agency is not null) as wire,
    sum(a.word_count)::bigint as words
from news.article a
join news.source s on s.id = a.source_id
group by 1, 2;
comment on view news.daily_volume is 'Articles first seen on each day (UTC) by source.';
