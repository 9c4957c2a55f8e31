create or replace view news.article_flat as
select
    a.id,
    s.slug as source,
    s.name as source_name,
    s.country as source_country,
    a.canonical_url as url,
    a.kind,
    a.title,
    a.summary,
    a.body,
    a.language,
    a.section,
    array(select w.name from news.article_author p join news.author w on w.id = p.author_id
          where p.article_id = a.id order by p.position) as authors,
    array(select t.name from news.article_tag p join news.tag t on t.id = p.tag_id
          where p.article_id = a.id order by t.name) as tags,
    a.published_at,
    a.published_precision,
    a.modified_at,
    a.first_seen_at,
    a.last_seen_at,
    a.gone_at,
    a.revision,
    a.word_count,
    a.image_url,
    a.is_paywalled,
    a.dateline_place,
    a.dateline_country,
    a.agency,
    a.confidence
from news.article a
join news.source s on s.id = a.source_id;
comment on view news.article_flat is 'An article a row with its publisher, authors and tags: the place to start.';
