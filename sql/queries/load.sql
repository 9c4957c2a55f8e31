-- name: clear_staging
delete from ops.staging where archive_file = %(file)s;

-- name: one_loader
-- Loaders take turns: a merge is short, and two at once could insert the same author or deadlock.
select pg_advisory_xact_lock(hashtext('dateline.load'));

-- name: take_batch
-- Only pages that are still waiting for exactly these bytes: a second extraction of a file, or one that
-- another run overtook, leaves nothing behind. `article_id` is the article a page belongs to: the one it
-- became before, else the one with its key.
create temporary table batch on commit drop as
with taken as (
    delete from ops.staging where id in (select id from ops.staging order by id limit %(limit)s)
    returning *
)
select distinct on (t.frontier_id)
    t.*,
    f.article_id is not null as is_owner,
    coalesce(f.article_id, a.id) as article_id,
    null::text as verdict
from taken t
join ops.frontier f on f.id = t.frontier_id and f.state = 'fetched'
    and f.archive_file = t.archive_file and f.archive_offset = t.archive_offset
left join news.article a on a.url_key = t.url_key
order by t.frontier_id, t.id desc;

-- name: staged
select exists (select from ops.staging);

-- name: analyze_batch
create index on batch (url_key);
analyze batch;

-- name: refuse_first
with taken as (
    delete from ops.staging where id = (select min(id) from ops.staging)
    returning frontier_id, archive_file, archive_offset
)
update ops.frontier f
set state = 'quarantined', reason = %(reason)s, due_at = null, run_id = %(run_id)s
from taken t where f.id = t.frontier_id and f.state = 'fetched' and f.archive_file = t.archive_file
returning f.id, f.archive_file, f.archive_offset;

-- name: mark_duplicates
-- Of several URLs with one key in a batch the owner wins, else the one discovered first; a URL whose
-- key belongs to an article that another URL became is a duplicate of it.
with ranked as (
    select frontier_id, row_number() over (partition by url_key order by is_owner desc, frontier_id) as place
    from batch
)
update batch b set verdict = 'duplicate'
from ranked r
where r.frontier_id = b.frontier_id
  and (r.place > 1 and not b.is_owner or b.article_id is not null and not b.is_owner);

-- name: insert_articles
with put as (
    insert into news.article (
        source_id, url, canonical_url, url_key, kind, title, summary, body, language, section, published_at,
        published_precision, published_from, modified_at, first_seen_at, last_seen_at, revised_at, word_count,
        image_url, is_paywalled, dateline_place, dateline_country, agency, content_hash, extractor_version,
        archive_file, archive_offset, provenance, body_html, confidence)
    select source_id, url, canonical_url, url_key, kind, title, summary, body, language, section, published_at,
        published_precision, published_from, modified_at, fetched_at, fetched_at, fetched_at, word_count,
        image_url, is_paywalled, dateline_place, dateline_country, agency, content_hash, extractor_version,
        archive_file, archive_offset, provenance, body_html, confidence
    from batch where verdict is null and article_id is null
    order by url_key
    returning id, url_key
)
update batch b set verdict = 'new', article_id = put.id
from put where put.url_key = b.url_key and b.verdict is null and b.article_id is null;

-- name: adopt_duplicates
-- Duplicates of articles that this batch made learn their id.
update batch b set article_id = a.id
from news.article a
where b.verdict = 'duplicate' and b.article_id is null and a.url_key = b.url_key;

-- name: keep_revisions
-- The text that is about to be replaced.
insert into news.revision (article_id, revision, title, summary, body, seen_at, replaced_at, changed,
                           words_before, words_after, content_hash, archive_file, archive_offset)
select a.id, a.revision, a.title, a.summary, a.body, a.revised_at, b.fetched_at,
       array_remove(array[
           case when a.title is distinct from b.title then 'title' end,
           case when a.summary is distinct from b.summary then 'summary' end,
           case when a.body is distinct from b.body then 'body' end], null),
       a.word_count, b.word_count, a.content_hash, a.archive_file, a.archive_offset
from batch b join news.article a on a.id = b.article_id
where b.verdict is null and a.content_hash <> b.content_hash
order by a.id
on conflict do nothing;

-- name: revise_articles
with changed as (
    update news.article a
    set title = b.title, summary = b.summary, body = b.body, body_html = b.body_html,
        content_hash = b.content_hash, word_count = b.word_count, revision = a.revision + 1, revised_at = b.fetched_at,
        archive_file = b.archive_file, archive_offset = b.archive_offset, provenance = b.provenance
    from batch b
    where b.article_id = a.id and b.verdict is null and a.content_hash <> b.content_hash
    returning a.id
)
update batch b set verdict = 'revised' from changed c where c.id = b.article_id and b.verdict is null;

-- name: refresh_articles
-- Fields that are no text follow the page without making a revision; `body_html` stays with its text,
-- and is filled where an earlier version kept none.
update news.article a
set url = b.url, canonical_url = b.canonical_url, kind = b.kind, language = b.language, section = b.section,
    published_at = b.published_at, published_precision = b.published_precision, published_from = b.published_from,
    modified_at = b.modified_at, image_url = b.image_url, is_paywalled = b.is_paywalled,
    dateline_place = b.dateline_place, dateline_country = b.dateline_country, agency = b.agency,
    extractor_version = b.extractor_version, provenance = b.provenance, confidence = b.confidence,
    body_html = coalesce(a.body_html, b.body_html),
    last_seen_at = greatest(a.last_seen_at, b.fetched_at), gone_at = null
from batch b
where b.article_id = a.id and (b.verdict is null or b.verdict = 'revised');

-- name: mark_unchanged
update batch set verdict = 'unchanged' where verdict is null;

-- name: analyze_verdicts
-- Without it the planner takes every verdict for null, and joins the names row by row.
analyze batch (verdict, article_id);

-- name: put_authors
insert into news.author (name, name_key)
select distinct on (lower(name)) name, lower(name)
from batch, unnest(authors) with ordinality as u(name, position)
where verdict <> 'duplicate'
order by lower(name), id, position
on conflict (name_key) do nothing;

-- name: put_bylines
with wanted as (
    select b.article_id, u.position::smallint as position, w.id as author_id, nullif(u.role, '') as role
    from batch b, unnest(b.authors, b.roles) with ordinality as u(name, role, position)
    join news.author w on w.name_key = lower(u.name)
    where b.verdict <> 'duplicate'
), dropped as (
    delete from news.article_author p using batch b
    where p.article_id = b.article_id and b.verdict in ('revised', 'unchanged') and p.position > cardinality(b.authors)
)
insert into news.article_author as p (article_id, position, author_id, role)
select * from wanted
on conflict (article_id, position) do update set author_id = excluded.author_id, role = excluded.role
where (p.author_id, p.role) is distinct from (excluded.author_id, excluded.role);

-- name: put_tags
insert into news.tag (name, name_key)
select distinct on (lower(name)) name, lower(name)
from batch, unnest(tags) with ordinality as u(name, position)
where verdict <> 'duplicate'
order by lower(name), id, position
on conflict (name_key) do nothing;

-- name: want_tags
create temporary table wanted_tag on commit drop as
select distinct u.article_id, t.id as tag_id
from (select b.article_id, lower(n.name) as name_key from batch b, unnest(b.tags) as n(name)
      where b.verdict <> 'duplicate') u
join news.tag t on t.name_key = u.name_key;
analyze wanted_tag;

-- name: drop_article_tags
delete from news.article_tag p using batch b
where p.article_id = b.article_id and b.verdict in ('revised', 'unchanged')
  and not exists (select from wanted_tag w where w.article_id = p.article_id and w.tag_id = p.tag_id);

-- name: put_article_tags
insert into news.article_tag
select w.article_id, w.tag_id from wanted_tag w
where not exists (select from news.article_tag p where p.article_id = w.article_id and p.tag_id = w.tag_id);

-- name: settle_frontier
update ops.frontier f
set state = case b.verdict when 'duplicate' then 'duplicate' when 'unchanged' then 'unchanged' else 'loaded' end,
    reason = case b.verdict
        when 'duplicate' then 'same_article_as: ' || a.url
        when 'unchanged' then 'same_content'
        when 'revised' then 'revised: ' || array_to_string(array(select unnest(r.changed)), ', ')
        else 'new' end,
    article_id = b.article_id,
    attempts = 0,
    unchanged_streak = case when b.verdict = 'unchanged' then least(f.unchanged_streak + 1, 100) else 0 end,
    due_at = case when b.verdict <> 'duplicate' then ops.next_recheck(a.first_seen_at, now()) end,
    run_id = %(run_id)s
from batch b
join news.article a on a.id = b.article_id
left join news.revision r on b.verdict = 'revised' and r.article_id = a.id and r.revision = a.revision - 1
where f.id = b.frontier_id;

-- name: clear_quarantine
delete from ops.quarantine q using batch b where q.frontier_id = b.frontier_id;

-- name: verdicts
select verdict, count(*) from batch group by verdict;
