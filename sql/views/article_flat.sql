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
    a.confidence,
    a.story_id,
    t.size as story_size
from news.article a
join news.source s on s.id = a.source_id
left join news.story t on t.id = a.story_id
where a.merged_into is null;
comment on view news.article_flat is 'An article a row with its publisher, authors and tags: the place to start.';
comment on column news.article_flat.id is 'As news.article.id.';
comment on column news.article_flat.source is 'Slug of the publisher.';
comment on column news.article_flat.source_name is 'Name of the publisher.';
comment on column news.article_flat.source_country is 'Its country, ISO 3166-1 alpha-2.';
comment on column news.article_flat.url is 'As news.article.canonical_url.';
comment on column news.article_flat.kind is 'article, live (blog), video, gallery or other.';
comment on column news.article_flat.title is 'Headline.';
comment on column news.article_flat.summary is 'Standfirst.';
comment on column news.article_flat.body is 'Text, a blank line between paragraphs.';
comment on column news.article_flat.language is 'BCP 47.';
comment on column news.article_flat.section is 'Section as published.';
comment on column news.article_flat.authors is 'Names in the order of the byline.';
comment on column news.article_flat.tags is 'Keywords, by alphabet.';
comment on column news.article_flat.published_at is 'Publication time; see published_precision.';
comment on column news.article_flat.published_precision is 'instant; day (published_at is midnight of it); none (published_at is null).';
comment on column news.article_flat.modified_at is 'Last change, as the publisher says.';
comment on column news.article_flat.first_seen_at is 'When Dateline first fetched it.';
comment on column news.article_flat.last_seen_at is 'When Dateline last saw it online.';
comment on column news.article_flat.gone_at is 'When it was found deleted; null: online.';
comment on column news.article_flat.revision is 'Number of the current revision, from 1.';
comment on column news.article_flat.word_count is 'Words in the body.';
comment on column news.article_flat.image_url is 'Lead image.';
comment on column news.article_flat.is_paywalled is 'As the publisher says; null: it does not say.';
comment on column news.article_flat.dateline_place is 'Place in the dateline, as printed.';
comment on column news.article_flat.dateline_country is 'ISO 3166-1 alpha-2 of that place.';
comment on column news.article_flat.agency is 'News agency.';
comment on column news.article_flat.confidence is '0 to 1: how sure the extractor is of the body.';
comment on column news.article_flat.story_id is 'The story it belongs to; null: nobody else carries its text.';
comment on column news.article_flat.story_size is 'Articles of that story.';
