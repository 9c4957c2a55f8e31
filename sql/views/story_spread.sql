create or replace view news.story_spread as
select
    m.story_id,
    s.title,
    s.agency,
    first_value(c.slug) over spread as first_source,
    first_value(m.appeared_at) over spread as first_at,
    row_number() over spread as place,
    c.slug as source,
    m.role,
    m.appeared_at,
    m.appeared_at - first_value(m.appeared_at) over spread as delay,
    m.similarity,
    m.reason,
    m.article_id,
    a.canonical_url as url,
    s.size - 1 as copies,
    s.sources
from news.story s
join news.story_article m on m.story_id = s.id
join news.article a on a.id = m.article_id and a.merged_into is null
join news.source c on c.id = a.source_id
window spread as (partition by m.story_id order by m.appeared_at, m.article_id);
comment on view news.story_spread is 'How each story spread: its articles in the order in which they appeared, each with its source, role and delay.';
comment on column news.story_spread.story_id is 'The story.';
comment on column news.story_spread.title is 'Headline of the original, or of the earliest article.';
comment on column news.story_spread.agency is 'The news agency whose text it is; null: none is named.';
comment on column news.story_spread.first_source is 'The publisher that had it first.';
comment on column news.story_spread.first_at is 'When.';
comment on column news.story_spread.place is '1: the first to have it.';
comment on column news.story_spread.source is 'The publisher of this article.';
comment on column news.story_spread.role is 'original, wire_copy or near_copy, as in news.story_article.';
comment on column news.story_spread.appeared_at is 'When this article appeared.';
comment on column news.story_spread.delay is 'Time after the first.';
comment on column news.story_spread.similarity is 'Share of shingles in common with the most similar article of the story.';
comment on column news.story_spread.reason is 'Why it has that role.';
comment on column news.story_spread.article_id is 'The article.';
comment on column news.story_spread.url is 'Its address.';
comment on column news.story_spread.copies is 'Articles of the story besides the first.';
comment on column news.story_spread.sources is 'Publishers that carry it.';
