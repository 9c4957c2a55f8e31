create or replace view news.entity_daily as
select
    e.id as entity_id,
    e.kind,
    e.name,
    (coalesce(a.published_at, a.first_seen_at) at time zone 'UTC')::date as day,
    count(distinct a.id) as articles,
    count(distinct a.source_id) as sources
from news.entity e
join news.mention m on m.entity_id = e.id
join news.article a on a.id = m.article_id and a.merged_into is null
group by 1, 2, 3, 4;
comment on view news.entity_daily is 'In how many articles an entity is named, by day of publication (UTC; where unknown, of first sight).';
comment on column news.entity_daily.entity_id is 'The entity.';
comment on column news.entity_daily.kind is 'person, organisation, place or other.';
comment on column news.entity_daily.name is 'As it is mostly written.';
comment on column news.entity_daily.day is 'Day of publication (UTC), or of first sight.';
comment on column news.entity_daily.articles is 'Articles of that day that name it.';
comment on column news.entity_daily.sources is 'Their publishers.';
