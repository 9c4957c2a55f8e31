create or replace view news.revision_diff as
select
    r.article_id,
    a.canonical_url as url,
    r.revision,
    r.seen_at,
    r.replaced_at,
    r.changed,
    r.words_added,
    r.words_removed,
    (select string_agg(concat_ws(e'\n', e.line->>'field', '- ' || (e.line->>'before'), '+ ' || (e.line->>'after')),
                       e'\n' order by e.place)
     from jsonb_array_elements(r.edits) with ordinality as e(line, place)) as diff
from news.revision r
join news.article a on a.id = r.article_id;
comment on view news.revision_diff is 'What the successor of each revision changed, to read: "-" before, "+" after; a line alone was removed or added.';
comment on column news.revision_diff.article_id is 'The article.';
comment on column news.revision_diff.url is 'Its address now.';
comment on column news.revision_diff.revision is 'The revision that was replaced.';
comment on column news.revision_diff.seen_at is 'When it was first seen.';
comment on column news.revision_diff.replaced_at is 'When its successor was.';
comment on column news.revision_diff.changed is 'Fields that changed: title, summary, body.';
comment on column news.revision_diff.words_added is 'Words that came.';
comment on column news.revision_diff.words_removed is 'Words that went.';
comment on column news.revision_diff.diff is 'The sentences that changed.';
