create or replace view news.coverage as
select
    s.slug as source,
    date_trunc('week', a.first_seen_at at time zone 'UTC')::date as week,
    count(*) as articles,
    count(a.summary)::real / count(*) as summary,
    (count(*) filter (where exists (select from news.article_author p where p.article_id = a.id)))::real / count(*) as authors,
    (count(*) filter (where exists (select from news.article_tag p where p.article_id = a.id)))::real / count(*) as tags,
    count(a.section)::real / count(*) as section,
    count(a.language)::real / count(*) as language,
    count(a.published_at)::real / count(*) as published_at,
    (count(*) filter (where a.published_precision = 'instant'))::real / count(*) as published_instant,
    count(a.modified_at)::real / count(*) as modified_at,
    count(a.image_url)::real / count(*) as image_url,
    count(a.is_paywalled)::real / count(*) as is_paywalled,
    count(a.dateline_place)::real / count(*) as dateline_place,
    count(a.agency)::real / count(*) as agency,
    avg(a.confidence)::real as confidence,
    percentile_disc(0.5) within group (order by a.word_count) as words
from news.article a
join news.source s on s.id = a.source_id
group by 1, 2;
comment on view news.coverage is 'How well each source is read: the share (0 to 1) of the articles first seen in a week that have a field. A field that falls from one week to the next is a changed template, as a rule.';
comment on column news.coverage.source is 'Slug of the source.';
comment on column news.coverage.week is 'Monday of the week, UTC.';
comment on column news.coverage.articles is 'Articles first seen in it; all shares are of these.';
comment on column news.coverage.summary is 'Share with a standfirst.';
comment on column news.coverage.authors is 'Share with an author.';
comment on column news.coverage.tags is 'Share with a tag.';
comment on column news.coverage.section is 'Share with a section.';
comment on column news.coverage.language is 'Share with a language.';
comment on column news.coverage.published_at is 'Share with a publication time, or day.';
comment on column news.coverage.published_instant is 'Share with a publication time to the minute or better.';
comment on column news.coverage.modified_at is 'Share whose publisher tells of the last change.';
comment on column news.coverage.image_url is 'Share with a lead image.';
comment on column news.coverage.is_paywalled is 'Share whose publisher says whether they are paid for.';
comment on column news.coverage.dateline_place is 'Share with a place in the dateline.';
comment on column news.coverage.agency is 'Share with a news agency.';
comment on column news.coverage.confidence is 'Mean of news.article.confidence.';
comment on column news.coverage.words is 'Median of words in the body.';
