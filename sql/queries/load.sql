-- name: clear_staging
delete from ops.staging where archive_file = %(file)s and archive_offset = any(%(offsets)s::bigint[]);

-- name: one_loader
-- Loaders take turns: a merge is short, and two at once could insert the same author or deadlock.
select pg_advisory_xact_lock(hashtext('dateline.load'));

-- name: have_room
-- A batch is some 40 MB: sorted and joined in memory.
set local work_mem = '128MB';

-- name: lock_batch
-- Until the end of the merge nobody replaces these.
select id from ops.staging order by id limit %(limit)s for update;

-- name: make_batch
-- Only pages that are still waiting for exactly these bytes: a second extraction of a file, or one that
-- another run overtook, leaves nothing behind. `article_id` is the article a page belongs to: the one it
-- became before, else the one with its key, `key_id`; of a merged article the one that it was merged into.
-- `found_key` is the key of the address itself, whatever its canonical link says.
-- The texts stay in ops.staging: to copy them here would cost as much as to load them.
create temporary table batch on commit drop as
select distinct on (t.frontier_id)
    t.id, t.frontier_id, t.source_id, t.fetched_at, t.url_key, t.title, t.word_count, t.content_hash,
    t.authors, t.roles, t.tags, f.url_key as found_key,
    f.article_id is not null as is_owner,
    coalesce(f.article_id, a.merged_into, a.id) as article_id,
    coalesce(a.merged_into, a.id) as key_id,
    null::text as verdict,
    false as is_back
from ops.staging t
-- Queries of their own, kept so by `offset`: with statistics of another moment (nothing fetched, few articles)
-- the planner would join every page with every other, or read all articles.
cross join lateral (
    select f.url_key, f.article_id, f.state, f.archive_file, f.archive_offset
    from ops.frontier f where f.id = t.frontier_id offset 0
) f
left join lateral (
    select a.id, a.merged_into from news.article a where a.url_key = t.url_key offset 0
) a on true
where t.id = any(%(ids)s)
  and f.state = 'fetched' and (f.archive_file, f.archive_offset) = (t.archive_file, t.archive_offset)
order by t.frontier_id, t.id desc;

-- name: distrust_links
-- Where pages with one canonical link have neither text nor headline in common, the link lies: each but the
-- first, or the one at that address, is the article of the address at which it was found.
with first as (
    select b.frontier_id, count(*) over k as pages,
           first_value(b.title) over k as title, first_value(b.content_hash) over k as content_hash
    from batch b
    window k as (partition by b.url_key order by b.is_owner desc, b.found_key = b.url_key desc, b.frontier_id
                 rows between unbounded preceding and unbounded following)
), lied as (
    select b.frontier_id, coalesce(o.merged_into, o.id) as article_id
    from first h
    join batch b on b.frontier_id = h.frontier_id and not b.is_owner and b.found_key <> b.url_key
    left join news.article a on a.id = b.key_id
    left join news.article o on o.url_key = b.found_key
    where (h.pages > 1 or b.key_id is not null) and coalesce(a.content_hash, h.content_hash) <> b.content_hash
      and ops.other_headline(coalesce(a.title, h.title), b.title)
)
update batch b set url_key = b.found_key, article_id = l.article_id, key_id = l.article_id
from lied l where b.frontier_id = l.frontier_id;

-- name: give_keys_back
-- A page whose address became the key of an article whose link lied, before the page itself came: the article
-- takes the address at which it was found, and the page becomes one of its own.
with taken as (
    select a.id, home.url, home.url_key
    from batch b
    join news.article a on a.id = b.key_id and a.url_key = b.url_key and a.content_hash <> b.content_hash
    cross join lateral (
        select f.url, f.url_key from ops.frontier f
        where f.article_id = a.id and f.state <> 'duplicate' order by f.id limit 1
    ) home
    where not b.is_owner and b.found_key = b.url_key and home.url_key <> b.url_key
      and ops.other_headline(a.title, b.title)
      and not exists (select from news.article o where o.url_key = home.url_key)
), given as (
    update news.article a set url_key = t.url_key, canonical_url = t.url from taken t where a.id = t.id
)
update batch b
set url_key = case when not b.is_owner then b.url_key when b.article_id = t.id then t.url_key else b.found_key end,
    article_id = case when b.is_owner then b.article_id end, key_id = case when b.is_owner then b.article_id end
from taken t where b.key_id = t.id;

-- name: analyze_batch
create index on batch (url_key);
analyze batch (id, frontier_id, url_key, article_id, key_id, is_owner, content_hash);

-- name: refuse_first
with taken as (
    delete from ops.staging where id = (select min(id) from ops.staging)
    returning frontier_id, archive_file, archive_offset
)
update ops.frontier f
set state = 'quarantined', reason = %(reason)s, due_at = null, run_id = %(run_id)s
from taken t where f.id = t.frontier_id and f.state = 'fetched' and f.archive_file = t.archive_file
returning f.id, f.archive_file, f.archive_offset;

-- name: moved_onto
-- Pages of one article that now have the key of another, and its headline or its text: they are one.
select b.article_id, b.key_id
from batch b
join news.article mine on mine.id = b.article_id
join news.article other on other.id = b.key_id
where b.is_owner and b.key_id <> b.article_id
  and (other.content_hash = b.content_hash or lower(other.title) = lower(b.title))
order by 1, 2;

-- name: merge_articles
-- The younger stays as a row that says so. Its URLs become duplicates; those whose page is on its way find
-- their article anew, by its key.
with urls as (
    update ops.frontier f
    set article_id = case when f.state not in ('waiting', 'fetched') then %(older)s end,
        state = case when f.state in ('loaded', 'unchanged', 'gone') then 'duplicate' else f.state end,
        reason = case when f.state in ('loaded', 'unchanged', 'gone') then 'same_article_as: ' || a.url else f.reason end,
        due_at = case when f.state = 'waiting' then f.due_at end
    from news.article a
    where a.id = %(older)s and f.article_id = %(younger)s
), pages as (
    update batch b
    set article_id = case when b.article_id = %(younger)s then %(older)s else b.article_id end,
        key_id = case when b.key_id = %(younger)s then %(older)s else b.key_id end,
        verdict = case when b.article_id = %(younger)s then 'duplicate' end
    where %(younger)s in (b.article_id, b.key_id)
), merged_before as (
    update news.article set merged_into = %(older)s where merged_into = %(younger)s
), not_found as (
    delete from news.article_search where article_id = %(younger)s
)
update news.article a
set merged_into = %(older)s, gone_at = coalesce(a.gone_at, now()),
    absences = coalesce(a.absences, '{}') + tstzmultirange(tstzrange(coalesce(a.gone_at, now()), null))
where a.id = %(younger)s
returning a.id, a.source_id, 'merged', a.revision, a.merged_into;

-- name: mark_duplicates
-- A URL whose key belongs to an article that another URL became is a duplicate of it; of several new ones
-- with one key, and of several of one article, the one discovered first is not.
with ranked as (
    select frontier_id,
           row_number() over (partition by url_key order by is_owner desc, frontier_id) as of_key,
           row_number() over (partition by article_id order by is_owner desc, frontier_id) as of_article
    from batch where verdict is null
)
update batch b set verdict = 'duplicate'
from ranked r
where r.frontier_id = b.frontier_id
  and case when b.is_owner then r.of_article > 1 else b.article_id is not null or r.of_key > 1 end;

-- name: move_articles
-- A page that moved takes its article along, so that the new address finds it.
update news.article a set url_key = b.url_key
from (select distinct on (url_key) url_key, article_id from batch
      where is_owner and key_id is null and verdict is null order by url_key, article_id) b
where a.id = b.article_id;

-- name: insert_articles
with put as (
    insert into news.article (
        source_id, url, canonical_url, url_key, kind, title, summary, body, language, section, published_at,
        published_precision, published_from, modified_at, first_seen_at, last_seen_at, revised_at, word_count,
        image_url, is_paywalled, dateline_place, dateline_country, agency, content_hash, extractor_version,
        archive_file, archive_offset, provenance, body_html, confidence)
    select s.source_id, s.url, case when s.url_key = b.url_key then s.canonical_url else s.url end, b.url_key,
        s.kind, s.title, s.summary, s.body, s.language, s.section,
        s.published_at, s.published_precision, s.published_from, s.modified_at, s.fetched_at, s.fetched_at,
        s.fetched_at, s.word_count, s.image_url, s.is_paywalled, s.dateline_place, s.dateline_country, s.agency,
        s.content_hash, s.extractor_version, s.archive_file, s.archive_offset, s.provenance, s.body_html, s.confidence
    from batch b join ops.staging s on s.id = b.id
    where b.verdict is null and b.article_id is null
    order by b.url_key
    returning id, url_key
)
update batch b set verdict = 'new', article_id = put.id
from put where put.url_key = b.url_key and b.verdict is null and b.article_id is null;

-- name: adopt_duplicates
-- Duplicates of articles that this batch made learn their id.
update batch b set article_id = coalesce(a.merged_into, a.id)
from news.article a
where b.verdict = 'duplicate' and b.article_id is null and a.url_key = b.url_key;

-- name: bring_back
with back as (
    update news.article a
    set gone_at = null, absences = a.absences - tstzmultirange(tstzrange(b.fetched_at, null))
    from batch b
    where b.article_id = a.id and b.verdict is null and a.gone_at < b.fetched_at and a.merged_into is null
    returning b.frontier_id
)
update batch b set is_back = true from back where back.frontier_id = b.frontier_id;

-- name: that_differ
select b.frontier_id from batch b join news.article a on a.id = b.article_id
where b.verdict is null and a.content_hash <> b.content_hash
order by b.frontier_id;

-- name: texts
-- The only texts that come back from Postgres.
select b.frontier_id, a.title, a.summary, left(a.body, %(longest)s), s.title, s.summary, left(s.body, %(longest)s),
       greatest(length(a.body), length(s.body)) > %(longest)s
from batch b
join news.article a on a.id = b.article_id
join ops.staging s on s.id = b.id
where b.frontier_id = any(%(ids)s)
order by b.frontier_id;

-- name: keep_revisions
-- The text that is about to be replaced.
with edit as (
    select * from unnest(%(frontier_id)s::bigint[], %(changed)s::text[], %(words_added)s::integer[],
                         %(words_removed)s::integer[], %(edits)s::jsonb[])
        as e(frontier_id, changed, words_added, words_removed, edits)
), marked as (
    update batch b set verdict = 'revised' from edit e where e.frontier_id = b.frontier_id
)
insert into news.revision (article_id, revision, title, summary, body, seen_at, replaced_at, changed,
                           words_before, words_after, words_added, words_removed, edits, content_hash,
                           archive_file, archive_offset)
select a.id, a.revision, a.title, a.summary, a.body, a.revised_at, b.fetched_at, string_to_array(e.changed, ' '),
       a.word_count, b.word_count, e.words_added, e.words_removed, e.edits, a.content_hash,
       a.archive_file, a.archive_offset
from edit e
join batch b on b.frontier_id = e.frontier_id
join news.article a on a.id = b.article_id
order by a.id
on conflict do nothing;

-- name: revise_articles
update news.article a
set title = s.title, summary = s.summary, body = s.body, body_html = s.body_html,
    word_count = s.word_count, revision = a.revision + 1, revised_at = s.fetched_at,
    archive_file = s.archive_file, archive_offset = s.archive_offset
from batch b join ops.staging s on s.id = b.id
where b.article_id = a.id and b.verdict = 'revised';

-- name: refresh_articles
-- Fields that are no text follow the page without making a revision; `body_html` stays with its text,
-- and is filled where an earlier version kept none. The hash follows, too: of a text that differs only by
-- what no reader would call an edit, and of the rules for that, which may change.
update news.article a
set url = s.url, canonical_url = case when s.url_key = a.url_key then s.canonical_url else s.url end,
    kind = s.kind, language = s.language, section = s.section,
    published_at = s.published_at, published_precision = s.published_precision, published_from = s.published_from,
    modified_at = s.modified_at, image_url = s.image_url, is_paywalled = s.is_paywalled,
    dateline_place = s.dateline_place, dateline_country = s.dateline_country, agency = s.agency,
    extractor_version = s.extractor_version, provenance = s.provenance, confidence = s.confidence,
    body_html = coalesce(a.body_html, s.body_html), content_hash = s.content_hash,
    last_seen_at = greatest(a.last_seen_at, s.fetched_at)
from batch b join ops.staging s on s.id = b.id
where b.article_id = a.id and (b.verdict is null or b.verdict = 'revised');

-- name: mark_unchanged
update batch set verdict = 'unchanged' where verdict is null;

-- name: analyze_verdicts
-- Without it the planner takes every verdict for null, and joins the names row by row.
analyze batch (verdict, article_id);

-- name: queue_stories
-- Taken anew where it waits already: the task that compares stories must not take the row for a text
-- that it did not see.
insert into ops.story_queue (article_id)
select article_id from batch where verdict in ('new', 'revised') order by article_id
on conflict (article_id) do update set queued_at = excluded.queued_at;

-- name: list_search_work
-- What changes later is listed by a trigger (ops.note_changed_article).
insert into ops.search_work (article_id) select article_id from batch where verdict = 'new' order by article_id;

-- name: list_entity_work
-- As list_search_work; edits by ops.want_entities_again.
insert into ops.entity_work (article_id) select article_id from batch where verdict = 'new' order by article_id
on conflict do nothing;

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
    content = null,
    attempts = 0,
    unchanged_streak = case when b.verdict = 'unchanged' then least(f.unchanged_streak + 1, 100) else 0 end,
    due_at = case when b.verdict <> 'duplicate'
        then ops.next_recheck(a.first_seen_at, now(), ops.recheck_pace(o.edits, o.rechecks)) end,
    gone_since = null,
    run_id = %(run_id)s
from batch b
join news.article a on a.id = b.article_id
join ops.source o on o.source_id = a.source_id
left join news.revision r on b.verdict = 'revised' and r.article_id = a.id and r.revision = a.revision - 1
where f.id = b.frontier_id;

-- name: clear_quarantine
delete from ops.quarantine q using batch b where q.frontier_id = b.frontier_id;

-- name: rechecked
select source_id, count(*)::integer, (count(*) filter (where verdict = 'revised'))::integer
from batch where is_owner and verdict in ('unchanged', 'revised') group by source_id;

-- name: is_change
select exists (select from batch where verdict in ('new', 'revised') or is_back);

-- name: put_changes
-- Merges come first: they were found first. See news.change for why this statement is the last.
insert into news.change (article_id, source_id, kind, revision, merged_into)
select * from (
    select * from unnest(%(article_id)s::bigint[], %(source_id)s::integer[], %(kind)s::text[], %(revision)s::integer[],
                         %(merged_into)s::bigint[])
    union all
    select article_id, source_id, 'new', 1, null from batch where verdict = 'new'
    union all
    select a.id, a.source_id, k.kind, case k.kind when 'back' then a.revision - (b.verdict = 'revised')::integer else a.revision end, null
    from batch b
    cross join lateral (values ('back', b.is_back), ('revised', b.verdict = 'revised')) as k(kind, holds)
    join news.article a on a.id = b.article_id
    where k.holds
) c;

-- name: clear_batch
delete from ops.staging where id = any(%(ids)s);

-- name: verdicts
select verdict, count(*) from batch group by verdict;
