-- The body for readers, with its paragraphs, lists, tables and links, and how sure the extractor is of it.
-- Both are null for what was loaded before; body_html is filled at the next visit.

alter table news.article
    add column body_html text,
    add column confidence real check (confidence between 0 and 1);
comment on column news.article.body_html is 'The same text as body, as HTML in a small clean set of tags without scripts or styles; null: loaded before it was kept.';
comment on column news.article.confidence is '0 to 1: how sure the extractor is that body is the body and all of it.';

alter table ops.staging
    add column body_html text,
    add column confidence real;
comment on column ops.staging.body_html is 'As news.article.body_html.';
comment on column ops.staging.confidence is 'As news.article.confidence.';
