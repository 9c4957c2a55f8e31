-- name: one_indexer
-- Indexers take turns: of two, the one that read an older text could write last.
select pg_advisory_xact_lock(hashtext('dateline.index_search'));

-- name: collect
-- GIN collects what is new in a list and merges it when it is full: a long one costs a fraction, since
-- most words occur again and again. Searches read it to its end, so `merge` follows the last batch.
set local gin_pending_list_limit = '32MB';
set local work_mem = '64MB';

-- name: merge
select gin_clean_pending_list(i.indexrelid)
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
where i.indrelid = 'news.article_search'::regclass and m.amname = 'gin';

-- name: index_batch
-- One statement, one snapshot: it sees every text whose row of work it takes; a later change brings
-- a row of its own. An article whose indexed text is the current one costs no more than a look.
with work as (
    delete from ops.search_work
    where id in (select id from ops.search_work order by id limit %(limit)s)
    returning article_id
), wanted as materialized (
    select a.id, a.source_id, a.language, news.search_config(a.language) as config,
           coalesce(a.published_at, a.first_seen_at) as published_at, a.content_hash,
           s.article_id is not null and s.content_hash = a.content_hash
               and s.config = news.search_config(a.language) as text_stands
    from news.article a
    left join news.article_search s on s.article_id = a.id
    where a.id in (select article_id from work) and a.merged_into is null
      and (s.article_id is null or (s.content_hash, s.source_id, s.published_at) <> (a.content_hash, a.source_id, coalesce(a.published_at, a.first_seen_at))
           or s.language is distinct from a.language)
), moved as (
    update news.article_search s
    set source_id = w.source_id, language = w.language, published_at = w.published_at
    from wanted w where w.text_stands and s.article_id = w.id
    returning s.article_id
), put as (
    insert into news.article_search as s
        (article_id, source_id, language, config, published_at, title, content_hash, vector)
    select w.id, w.source_id, w.language, w.config, w.published_at, news.fold(lower(a.title)), w.content_hash,
           news.search_vector(a.title, a.summary, a.body, w.config)
    from wanted w join news.article a on a.id = w.id
    where not w.text_stands
    order by w.id
    for key share of a
    on conflict (article_id) do update
    set source_id = excluded.source_id, language = excluded.language, config = excluded.config,
        published_at = excluded.published_at, title = excluded.title, content_hash = excluded.content_hash,
        vector = excluded.vector
    returning s.article_id
)
select (select count(*) from work), (select count(*) from put), (select count(*) from moved);

-- name: waiting
select count(*) from (select from ops.search_work limit 100000) as work;

-- name: search
select article_id, url, title, source, published_at, rank, headline
from news.search(%(words)s, %(since)s, %(until)s, %(source)s, %(language)s, %(max)s);
