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
where a.merged_into is null
group by 1, 2;
comment on view news.daily_volume is 'Articles first seen on each day (UTC) by source.';
comment on column news.daily_volume.day is 'Day, UTC.';
comment on column news.daily_volume.source is 'Slug of the source.';
comment on column news.daily_volume.articles is 'Articles first seen on it.';
comment on column news.daily_volume.revised is 'Of these, changed since.';
comment on column news.daily_volume.wire is 'Of these, by a news agency.';
comment on column news.daily_volume.words is 'Words in their bodies.';
