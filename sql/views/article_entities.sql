create or replace view news.article_entities as
select
    m.article_id,
    e.kind,
    e.name,
    count(*) as mentions,
    bool_or(m.field = 'title') as in_title,
    bool_or(m.in_dateline) as in_dateline,
    p.country,
    p.latitude,
    p.longitude,
    e.id as entity_id
from news.mention m
join news.entity e on e.id = m.entity_id
left join news.place p on p.id = e.place_id
group by m.article_id, e.id, p.id;
comment on view news.article_entities is 'Who and what an article names, a row each, and how often; places with country and coordinates.';
comment on column news.article_entities.article_id is 'The article.';
comment on column news.article_entities.kind is 'person, organisation, place or other.';
comment on column news.article_entities.name is 'As it is mostly written.';
comment on column news.article_entities.mentions is 'How often it is named.';
comment on column news.article_entities.in_title is 'Also in the headline.';
comment on column news.article_entities.in_dateline is 'It is the place of the dateline.';
comment on column news.article_entities.country is 'Of a place: ISO 3166-1 alpha-2.';
comment on column news.article_entities.latitude is 'Of a town, degrees north.';
comment on column news.article_entities.longitude is 'Of a town, degrees east.';
comment on column news.article_entities.entity_id is 'The entity.';
